import { within } from '../sockets/within.js';
import type { Audience } from './audience.js';
import type { FeedSource, SnapshotPage } from './feed-source.js';
import { LiveFrame } from './live-frame.js';
import type { Permits } from './permits.js';

/** A subscription that is given a snapshot. */
export interface SnapshotTaker {
  /** In JSON. */
  readonly idText: string;
  readonly isOver: boolean;
  give(frame: LiveFrame): void;
  /** Resolves when there is room for more, at once where there is, and when it is over. */
  room(): Promise<void>;
}

export type SnapshotOutcome =
  | { readonly kind: 'taken'; readonly position: number }
  /** It was too slow for those it shared the snapshot with: what it was given is void. */
  | { readonly kind: 'leftBehind' };

export interface SnapshotsOptions {
  readonly source: Pick<FeedSource, 'snapshot'>;
  readonly permits: Permits;
  /** How long the fast wait for the slow, and a connection of the database for one that is alone, ms. */
  readonly patienceMs: { readonly shared: number; readonly alone: number };
  /** Wall clock, ms. */
  readonly now: () => number;
  readonly onTaken: (takers: number) => void;
}

interface Entry {
  readonly taker: SnapshotTaker;
  readonly resolve: (outcome: SnapshotOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gives INITIAL_DATA. Who asks for the same while one waits for its turn shares it: thousands that come back at once are a few
 * reads. A page is sent when everybody has room for it.
 */
export class Snapshots {
  private readonly waiting = new Map<string, Entry[]>();

  constructor(private readonly options: SnapshotsOptions) {}

  /** Rejects as the source does; some pages may have been given then. */
  take(audience: Audience, taker: SnapshotTaker): Promise<SnapshotOutcome> {
    return new Promise((resolve, reject) => {
      const entry = { taker, resolve, reject };
      const waiting = this.waiting.get(audience.key);
      if (waiting !== undefined) {
        waiting.push(entry);
        return;
      }
      const entries = [entry];
      this.waiting.set(audience.key, entries);
      void this.options.permits.hold(async () => {
        this.waiting.delete(audience.key);
        await this.run(audience, entries);
      });
    });
  }

  private async run(audience: Audience, entries: Entry[]): Promise<void> {
    const stop = new AbortController();
    let takers = entries;
    try {
      for await (const page of this.options.source.snapshot(audience, stop.signal)) {
        takers = present(takers);
        if (takers.length === 0) break;
        this.give(page, takers);
        if (page.isLast) {
          this.options.onTaken(takers.length);
          for (const { resolve } of takers) resolve({ kind: 'taken', position: page.position });
          return;
        }
        takers = await this.withRoom(takers);
      }
      for (const { resolve } of entries) resolve({ kind: 'leftBehind' });
    } catch (error) {
      for (const { reject } of entries) reject(error);
    } finally {
      stop.abort();
    }
  }

  private give({ items, isLast, position }: SnapshotPage, takers: readonly Entry[]): void {
    const timestamp = new Date(this.options.now()).toISOString();
    const rest = `"data":${JSON.stringify(items)},"isLast":${isLast},"timestamp":"${timestamp}","changeId":"${position}"}`;
    const frames = new Map<string, LiveFrame>();
    for (const { taker } of takers) {
      let frame = frames.get(taker.idText);
      if (frame === undefined) {
        frame = LiveFrame.of([`{"type":"INITIAL_DATA","id":${taker.idText},${rest}`]);
        frames.set(taker.idText, frame);
      }
      taker.give(frame);
    }
  }

  /** Those that have room for the next page in time; the others are told to begin anew. */
  private async withRoom(takers: readonly Entry[]): Promise<Entry[]> {
    const { shared, alone } = this.options.patienceMs;
    const ready = new Set<Entry>();
    const all = takers.map((entry) => entry.taker.room().then(() => ready.add(entry)));
    await within(takers.length > 1 ? shared : alone, Promise.all(all));
    for (const entry of takers) if (!ready.has(entry)) entry.resolve({ kind: 'leftBehind' });
    return takers.filter((entry) => ready.has(entry));
  }
}

/** Those who left want nothing more. */
function present(entries: Entry[]): Entry[] {
  const still = entries.filter(({ taker }) => !taker.isOver);
  if (still.length === entries.length) return entries;
  for (const { taker, resolve } of entries) if (taker.isOver) resolve({ kind: 'leftBehind' });
  return still;
}
