import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launchAs, unprivilegedIdentity } from './unprivileged.js';

describe('a program that refuses to run as root', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'meterpulse-private-'));
    await chmod(directory, 0o700);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('runs as another user than root, from a directory that only its owner may open', async () => {
    const tool = join(directory, 'tool');
    // `test -x` asks access(2), as initdb does before it runs its own binaries.
    await writeFile(tool, `#!/bin/sh\ntest -x "$0" && id -u\n`);
    await chmod(tool, 0o755);
    const { command, args, ...identity } = launchAs(unprivilegedIdentity(), tool, []);
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...identity });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(Number(stdout)).not.toBe(0);
  });
});

describe('a user that is not root', () => {
  it('starts the program as itself', () => {
    expect(launchAs(null, 'postgres', ['-D', 'x'])).toEqual({ command: 'postgres', args: ['-D', 'x'] });
  });
});
