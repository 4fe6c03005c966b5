import { expect } from 'vitest';
import { Dice } from './dice.js';
import type { FuzzTarget } from './fuzz-target.js';

/** FUZZ_SEED repeats a run that failed; FUZZ_RUNS makes a longer one. */
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000_000);
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 500);
const BATCH = 200;
const AT_ONCE = 20;
/** What code and caches come to while they warm up; what a gateway must not keep of thousands of clients that are gone. */
const MAX_GROWTH_BYTES = 6 * 1024 * 1024;

/**
 * Does the runs in batches, several at once. After each batch the gateway must live and have complained of nothing, hold no
 * more than before, and serve `next`, a valid message on a connection of its own.
 *
 * @param run gets the run's dice and a name for its charge point; throws what is wrong.
 */
export async function fuzz(
  target: FuzzTarget,
  run: (dice: Dice, name: string) => Promise<void>,
  next: () => Promise<void>,
): Promise<void> {
  let atFirst: number | null = null;
  for (let first = 0; first < RUNS; first += BATCH) {
    const end = Math.min(RUNS, first + BATCH);
    let index = first;
    const worker = async (): Promise<void> => {
      while (index < end) {
        const number = index++;
        await run(new Dice(SEED, number), `F-${number}`).catch((error: unknown) => {
          throw new Error(`${again()}, run ${number}: ${String(error)}`, { cause: error });
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await next();
    const { heapBytes } = await target.quiet();
    expect(target.complaint(), again()).toBe('');
    atFirst ??= heapBytes;
    expect(
      heapBytes - atFirst,
      `bytes held more after ${end} runs than after the first batch; ${again()}`,
    ).toBeLessThan(MAX_GROWTH_BYTES);
  }
}

function again(): string {
  return `FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS}`;
}
