import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { isAlive } from './is-alive.js';

/**
 * Takes a data directory for this process alone; resolves with how to give it back. Rejects with ALREADY_RUNNING while the
 * process that has it lives; what a killed one left behind is taken over.
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'lock');
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    // In a container every incarnation has the same number: our own is never somebody else's.
    if (owner !== process.pid && isAlive(owner)) {
      throw new MeterpulseError(
        'ALREADY_RUNNING',
        `meterpulse runs in DATA_DIR=${dataDir} already, as process ${owner}.`,
      );
    }
    await rm(file, { force: true });
  }
}
