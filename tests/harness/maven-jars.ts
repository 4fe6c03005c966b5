import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Puts the jars that a pom names into a directory, unless it is there. Rejects where Maven is missing or can't fetch. */
export async function fetchMavenJars(pom: string, jars: string): Promise<void> {
  if (existsSync(jars)) return;
  await mkdir(dirname(jars), { recursive: true });
  // Fetched aside and renamed: a fetch cut short, or two at once, never leave half a directory.
  const fetched = await mkdtemp(join(dirname(jars), 'fetch-'));
  try {
    await promisify(execFile)('mvn', [
      '-q',
      '-B',
      '-f',
      pom,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${fetched}`,
    ]);
    await rename(fetched, jars).catch((error: unknown) => {
      if (!existsSync(jars)) throw error;
    });
  } finally {
    await rm(fetched, { recursive: true, force: true });
  }
}
