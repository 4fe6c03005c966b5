import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const LOOK_EVERY_MS = 200;
/** Longer waits of a timer would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const holdSchema = z.object({
  /** ms since 1970 UTC: all sockets are open. */
  from: z.number(),
  /** No reading is due from then on. */
  until: z.number(),
});
export type HoldTimes = z.output<typeof holdSchema>;

/** Where the coordinator writes the hold's times once all sockets of all processes are open. */
export function holdFile(directory: string): string {
  return join(directory, 'hold.json');
}

/**
 * The time in which all sockets are open. Many processes ramp at different paces, so nobody knows it before the coordinator has
 * seen them all.
 */
export class Hold {
  readonly #known: Promise<HoldTimes>;
  readonly #moments = new Map<number, Promise<void>>();
  #over = false;

  constructor(directory: string) {
    const file = holdFile(directory);
    this.#known = new Promise((resolve, reject) => {
      const timer = setInterval(() => {
        if (!existsSync(file)) return;
        clearInterval(timer);
        try {
          resolve(holdSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      }, LOOK_EVERY_MS);
    });
    void this.passed(1).then(() => (this.#over = true));
  }

  get over(): boolean {
    return this.#over;
  }

  /** Resolves when this share of the hold has passed: 0 is its beginning, 1 its end. All who wait share one timer. */
  passed(share: number): Promise<void> {
    const waited = this.#moments.get(share) ?? this.#wait(share);
    this.#moments.set(share, waited);
    return waited;
  }

  async #wait(share: number): Promise<void> {
    const { from, until } = await this.#known;
    const ms = from + share * (until - from) - Date.now();
    await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(0, ms), LONGEST_TIMER_MS)));
  }
}
