import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { treeUsage } from './process-tree.js';

/** Starts another one, says so, and waits for the end of its input. */
const PARENT = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: 'pipe' });
  child.once('spawn', () => console.log('here'));
  process.stdin.resume();
  process.stdin.once('end', () => child.stdin.end());
`;

it('counts a process and what it started', async () => {
  const parent = spawn(process.execPath, ['-e', PARENT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(parent, 'exit');
  try {
    await once(parent.stdout, 'data');
    const { processes, residentBytes, cpuSeconds } = treeUsage(parent.pid ?? 0);
    expect(processes).toBe(2);
    expect(residentBytes).toBeGreaterThan(20 * 1_024 * 1_024);
    expect(cpuSeconds).toBeGreaterThanOrEqual(0);
  } finally {
    parent.stdin.end();
    await exited;
  }
});

it('refuses a process that is gone', async () => {
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'exit');
  expect(() => treeUsage(gone.pid ?? 0)).toThrow('ENOENT');
});
