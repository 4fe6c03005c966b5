import { readFile, rename, rm, writeFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isAlive } from './is-alive.js';

const runningSchema = z.object({
  pid: z.int().positive(),
  databaseUrl: z.string(),
  kafkaBrokers: z.array(z.string()).readonly().nullable(),
});

/** What a running `start` or `demo` tells the roles that are started alone beside it. */
export type Running = z.infer<typeof runningSchema>;

const path = (dataDir: string): string => join(dataDir, 'running.json');

/** The process tree that runs in this data directory; null when there is none (a killed one leaves its file behind). */
export async function readRunning(dataDir: string): Promise<Running | null> {
  const text = await readFile(path(dataDir), 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = runningSchema.safeParse(parseJson(text));
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : null;
}

/** Readable by its owner alone: it carries the database's password. */
export async function writeRunning(dataDir: string, running: Running): Promise<void> {
  const file = path(dataDir);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(running), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function removeRunning(dataDir: string): Promise<void> {
  await rm(path(dataDir), { force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
