/**
 * What was measured, run by run: `benchmarks/history.ndjson` has one line for each suite of a run, and is committed. A line
 * is never changed afterwards; `.gitattributes` lets two branches append to it without a conflict.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from './input-error.js';

export const HISTORY_FILE = join(import.meta.dirname, 'history.ndjson');

const roundsOf = z.array(z.number()).min(1);

const figure = z
  .strictObject({
    name: z.string().min(1),
    unit: z.string().min(1),
    /** Each round of meterpulse, and of its floor or peer in the same round; null where it has none. */
    product: roundsOf,
    floor: roundsOf.nullable(),
    target: z
      .strictObject({
        of: z.enum(['ratio', 'product']),
        atLeast: z.number().optional(),
        atMost: z.number().optional(),
      })
      .nullable(),
    better: z.enum(['higher', 'lower']).optional(),
  })
  .refine(({ product, floor }) => floor === null || floor.length === product.length, {
    message: 'product and floor have not the same number of rounds',
    path: ['floor'],
  });

const entry = z.strictObject({
  /** ISO 8601 UTC, of the whole run: a run of several suites has a line for each. */
  startedAt: z.iso.datetime(),
  suite: z.string().min(1),
  /** As it was typed. */
  command: z.string(),
  /** Short; '+' marks changes that are not in it. */
  commit: z.string().min(1),
  rounds: z.int().min(1),
  /** `--size`; null: the suite's own. */
  size: z.int().nullable(),
  /** `--minutes`; null: the suite's own. */
  minutes: z.int().nullable(),
  /** How long the suite took; null where that was not kept. */
  seconds: z.number().nullable(),
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.number(),
    memoryGiB: z.number(),
    node: z.string(),
    versions: z.record(z.string(), z.string()),
  }),
  method: z.string(),
  figures: z.array(figure),
});

/** One suite of one run. */
export type HistoryEntry = z.infer<typeof entry>;

/** Oldest first. Throws an {@link InputError} that names the line which is none of ours; an empty text is an empty history. */
export function parseHistory(text: string, name: string): HistoryEntry[] {
  const entries = new Map<string, HistoryEntry>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parseLine(line, `${name}, line ${index + 1}`);
    // A merge may keep a line of both sides.
    entries.set(`${parsed.startedAt} ${parsed.suite}`, parsed);
  }
  return [...entries.values()].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
}

function parseLine(line: string, where: string): HistoryEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new InputError(`${where} is not JSON: ${line.slice(0, 60)}`);
  }
  const { data, error } = entry.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new InputError(
    `${where} is no run of a suite: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}

/** Throws on a file that is missing, can't be read or has a line that is none of ours. */
export function readHistory(file = HISTORY_FILE): HistoryEntry[] {
  return parseHistory(readFileSync(file, 'utf8'), file);
}

/** Throws on a figure that is no number, before anything is written. */
export function appendHistory(added: HistoryEntry, file = HISTORY_FILE): void {
  const line = JSON.stringify(added);
  parseLine(line, `the result of suite ${added.suite}`);
  appendFileSync(file, `${line}\n`);
}

/** Runs of a suite that ask the same question: as large, and as long. */
export function questionOf({ suite, size, minutes }: Question): string {
  return JSON.stringify([suite, size, minutes]);
}

type Question = Pick<HistoryEntry, 'suite' | 'size' | 'minutes'>;

/** The newest run of a suite for each of its questions; that of the suite's own size first, then the largest, the longest. */
export function newestRuns(history: readonly HistoryEntry[], suite: string): HistoryEntry[] {
  const runs = new Map<string, HistoryEntry>();
  for (const each of history) if (each.suite === suite) runs.set(questionOf(each), each);
  const rank = (value: number | null): number => value ?? Number.MAX_SAFE_INTEGER;
  return [...runs.values()].sort((a, b) => rank(b.size) - rank(a.size) || rank(b.minutes) - rank(a.minutes));
}
