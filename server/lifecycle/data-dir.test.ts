import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDir } from './data-dir-lock.js';
import { readRunning, removeRunning, writeRunning } from './running-file.js';

/** A number that no process has: above the kernel's largest. */
const NOBODY = 2 ** 30;
const RUNNING = { databaseUrl: 'postgres://u:secret@127.0.0.1:1/db', kafkaBrokers: null };

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'meterpulse-data-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe('lockDataDir', () => {
  it('makes the directory, and gives it back', async () => {
    const nested = join(dataDir, 'a', 'b');
    const unlock = await lockDataDir(nested);
    expect(await readFile(join(nested, 'lock'), 'utf8')).toBe(String(process.pid));
    await unlock();
    await expect(stat(join(nested, 'lock'))).rejects.toThrow('ENOENT');
  });

  it('refuses a directory of a process that lives, and names it', async () => {
    await writeFile(join(dataDir, 'lock'), String(process.ppid));
    await expect(lockDataDir(dataDir)).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      message: expect.stringContaining(`process ${process.ppid}`) as string,
    });
  });

  it.each([String(NOBODY), '', 'garbage', String(process.pid)])(
    'takes over what %j left behind',
    async (left) => {
      await writeFile(join(dataDir, 'lock'), left);
      const unlock = await lockDataDir(dataDir);
      await unlock();
    },
  );
});

describe('the running file', () => {
  it('tells what a living process uses, to its owner alone', async () => {
    await writeRunning(dataDir, { pid: process.pid, ...RUNNING });
    expect(await readRunning(dataDir)).toEqual({ pid: process.pid, ...RUNNING });
    expect((await stat(join(dataDir, 'running.json'))).mode & 0o777).toBe(0o600);
    await removeRunning(dataDir);
    expect(await readRunning(dataDir)).toBeNull();
  });

  it('is nothing when its process is gone', async () => {
    await writeRunning(dataDir, { pid: NOBODY, ...RUNNING });
    expect(await readRunning(dataDir)).toBeNull();
  });

  it.each(['', '{', '[]', '{"pid":"1"}'])('is nothing when it holds %j', async (text) => {
    await writeFile(join(dataDir, 'running.json'), text);
    expect(await readRunning(dataDir)).toBeNull();
  });
});
