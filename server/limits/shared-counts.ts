import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { repeat } from '../lifecycle/repeat.js';
import { MinuteWindow } from './minute-window.js';

/** Where counts of all processes come together. */
export interface CountStore {
  /** Adds, and tells what it is then. Rejects while it can't. */
  count(counts: readonly { readonly subject: Buffer; readonly requests: number }[]): Promise<
    readonly {
      readonly subject: Buffer;
      readonly current: number;
      readonly previous: number;
      readonly elapsedMs: number;
    }[]
  >;
  /** Forgets what is too old to matter. */
  forget(): Promise<void>;
}

export interface SharedCountsOptions {
  readonly store: CountStore;
  /** Told of counts that could not be shared: until they can, each process counts for itself. */
  readonly onError: (error: unknown) => void;
  /** Between two times of sharing, ms. Default 1,000. */
  readonly everyMs?: number;
  /** Monotonic, ms. */
  readonly now?: () => number;
}

/** Subjects that are remembered: whoever makes up addresses costs this much memory at most. */
const REMEMBERED = 50_000;
const FORGET_EVERY_MS = 60_000;

interface Counted {
  readonly subject: Buffer;
  readonly window: MinuteWindow;
  /** Let in here, and not told to the others yet. */
  pending: number;
}

/**
 * Requests a minute by subject, of all processes together. A request is judged by what is known here, without a question; what
 * came is shared once a second in one statement. So a limit is passed by what comes within that second, at most.
 */
export class SharedCounts {
  private readonly counted = new LRUCache<string, Counted>({ max: REMEMBERED });
  private readonly pending = new Set<Counted>();
  private readonly now: () => number;

  constructor(private readonly options: SharedCountsOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Counts a request, or so many, of each subject when all are within their limits; else none, and how long to wait, ms. */
  take(
    asked: readonly { readonly name: string; readonly limit: number }[],
    times = 1,
  ): { readonly waitMs: number; readonly by: number } | null {
    const now = this.now();
    const all = asked.map(({ name }) => this.of(name, now));
    let longest: { waitMs: number; by: number } | null = null;
    for (const [at, { window }] of all.entries()) {
      const waitMs = window.waitMs(asked[at]?.limit ?? 0, now);
      if (waitMs > (longest?.waitMs ?? 0)) longest = { waitMs, by: at };
    }
    if (longest !== null) return longest;
    for (const each of all) {
      each.window.add(times, now);
      each.pending += times;
      this.pending.add(each);
    }
    return null;
  }

  /** Shares until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { store, onError, everyMs = 1_000 } = this.options;
    await Promise.all([
      repeat(() => this.share(), { everyMs, onError }, signal),
      repeat(() => store.forget(), { everyMs: FORGET_EVERY_MS, onError }, signal),
    ]);
  }

  /** Tells the others what came here, and hears what came to them. Rejects while that can't be done. */
  async share(): Promise<void> {
    const shared = [...this.pending].map((each) => ({ each, requests: each.pending }));
    if (shared.length === 0) return;
    this.pending.clear();
    // What can't be told now is counted here alone: told later it would count for another minute.
    for (const { each } of shared) each.pending = 0;
    const told = await this.options.store.count(
      shared.map(({ each, requests }) => ({ subject: each.subject, requests })),
    );
    const now = this.now();
    const bySubject = new Map(told.map((one) => [one.subject.toString('hex'), one]));
    for (const { each } of shared) {
      const all = bySubject.get(each.subject.toString('hex'));
      if (all !== undefined) each.window.set(all, each.pending, now);
    }
  }

  private of(name: string, now: number): Counted {
    const known = this.counted.get(name);
    if (known !== undefined) return known;
    const subject = createHash('sha256').update(name).digest().subarray(0, 16);
    const counted = { subject, window: new MinuteWindow(now), pending: 0 };
    this.counted.set(name, counted);
    return counted;
  }
}
