import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { Journal, type JournalOptions } from '../station/journal.js';
import type { SimulateOptions } from './options.js';

/** Options that decide what is said; the rest is how. */
const DECISIVE = [
  ...(['chargePoints', 'connectors', 'prefix', 'first', 'protocol', 'duration', 'interval'] as const),
  ...(['idleInterval', 'rate', 'speed', 'seed', 'clockDrift', 'part'] as const),
] as const;
const LOCK_FILE = 'lock';

const ownerSchema = z.object({ begin: z.number(), options: z.string() });

export interface OwnedJournal {
  readonly journal: Journal;
  /** When the run's simulated time began, ms since 1970 UTC. */
  readonly begin: number;
  close(): void;
}

/** Opens the outbox of a run, new or begun. Throws OUTBOX_UNUSABLE where it is another run's, in use, or not to be written. */
export function openJournal(
  options: SimulateOptions,
  defaultBegin: number,
  rest: Omit<JournalOptions, 'directory'>,
): OwnedJournal {
  const [part] = options.part;
  const directory = join(options.outbox ?? '', `part-${part}`);
  const release = lock(directory);
  let journal: Journal;
  try {
    journal = new Journal({ directory, ...rest });
  } catch (cause) {
    release();
    throw unusable(`The outbox ${directory} can't be opened.`, cause);
  }
  const close = (): void => {
    journal.close();
    release();
  };
  const text = JSON.stringify(DECISIVE.map((name) => [name, options[name] ?? null]));
  const { owner, waiting } = journal.state;
  if (owner === null) {
    const begin = options.begin ?? defaultBegin;
    journal.append({ kind: 'owner', owner: JSON.stringify({ begin, options: text }) });
    journal.flush();
    return { journal, begin, close };
  }
  const known = ownerSchema.safeParse(JSON.parse(owner)).data;
  const isSame = known?.options === text && (options.begin === undefined || options.begin === known.begin);
  if (isSame) return { journal, begin: known.begin, close };
  close();
  throw unusable(`The outbox ${directory} is of a run with other options (${waiting} messages wait in it).`);
}

/** For one process at a time; one that was killed is no obstacle. */
function lock(directory: string): () => void {
  const path = join(directory, LOCK_FILE);
  try {
    mkdirSync(directory, { recursive: true });
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
    } catch {
      const holder = Number(readFileSync(path, 'utf8'));
      if (isAlive(holder)) throw unusable(`The outbox ${directory} is in use by process ${holder}.`);
      writeFileSync(path, String(process.pid));
    }
  } catch (cause) {
    throw cause instanceof MeterpulseError
      ? cause
      : unusable(`The outbox ${directory} can't be written.`, cause);
  }
  return () => rmSync(path, { force: true });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}

function unusable(message: string, cause?: unknown): MeterpulseError {
  return new MeterpulseError('OUTBOX_UNUSABLE', message, { cause });
}
