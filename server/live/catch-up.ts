import type { FeedSource } from './feed-source.js';
import type { Follower, FeedWay, RowAt } from './feed-way.js';
import { LiveFrame } from './live-frame.js';
import type { LiveHub } from './live-hub.js';
import { routeRow, type LiveRow } from './live-row.js';
import type { Permits } from './permits.js';

/** A subscription that is told what it missed. */
export interface CatchingUp extends Follower {
  readonly isOver: boolean;
  give(frame: LiveFrame): void;
  /** Resolves when there is room for more, at once where there is, and when it is over. */
  room(): Promise<void>;
  /** It has been told all that the hub has: from now on the hub tells it. */
  join(): void;
}

export interface CatchUpParts {
  readonly hub: Pick<LiveHub, 'position' | 'recent' | 'siteOf' | 'reached'>;
  readonly source: Pick<FeedSource, 'read'>;
  readonly permits: Permits;
  /** Messages in a frame at most. */
  readonly batchSize: number;
  /** Told once where rows come from that the hub doesn't keep any more, or that it does. */
  readonly onSource: (source: 'memory' | 'table') => void;
}

export type CaughtUp = 'joined' | 'expired' | 'unknown' | 'over';

/** Rows of the table in one read. */
const PAGE_ROWS = 64;

/**
 * Tells a subscription what follows on its way, from the hub's memory where it goes back as far, else from the table, and lets
 * it join the hub without a gap or a repetition. Memory and position are looked at and joined in one go.
 * Rejects in an outage; the way then goes on where it was.
 */
export async function catchUp(sub: CatchingUp, way: FeedWay, parts: CatchUpParts): Promise<CaughtUp> {
  const { hub, batchSize } = parts;
  const page = new TablePage(parts);
  const give = (along: FeedWay, rowAt: RowAt): void => {
    const messages = along.messages(rowAt, sub, batchSize);
    if (messages.length > 0) sub.give(LiveFrame.of(messages));
  };
  let told: 'memory' | 'table' | undefined;
  for (;;) {
    await sub.room();
    if (sub.isOver) return 'over';
    // The hub tells rows whole.
    if (way.next === hub.position + 1 && !way.isWithinRow) {
      sub.join();
      return 'joined';
    }
    const kept = hub.recent.at(way.next);
    const source = kept === undefined ? 'table' : 'memory';
    if (told !== source) parts.onSource(source);
    told = source;
    if (kept !== undefined) give(way, (position) => hub.recent.at(position));
    else if (page.at(way.next) !== undefined) give(way, (position) => page.at(position));
    else {
      const outcome = await page.readFrom(way.next);
      if (outcome === 'expired' || outcome === 'unknown') return outcome;
      if (outcome === 'none') {
        // The rest of a row that there is not.
        if (way.isWithinRow) return 'unknown';
        // A snapshot, or another process, has seen more than the hub: what follows comes through it.
        await hub.reached(way.next - 1);
      }
      continue;
    }
    if (way.isLong) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Rows of the table, in their order. The sites of their charge points are those of now. */
class TablePage {
  private rows: LiveRow[] = [];

  constructor(private readonly parts: CatchUpParts) {}

  at(position: number): LiveRow | undefined {
    const first = this.rows[0];
    return first === undefined || position < first.position
      ? undefined
      : this.rows[position - first.position];
  }

  async readFrom(position: number): Promise<'rows' | 'none' | 'expired' | 'unknown'> {
    const { hub, permits, source } = this.parts;
    const read = await permits.hold(() => source.read(position - 1, PAGE_ROWS));
    if (read.kind !== 'rows') return read.kind;
    const sites = { siteOf: (id: string) => hub.siteOf(id), follow: () => undefined };
    this.rows = read.rows.map((row) => routeRow(row, sites));
    return this.rows.length === 0 ? 'none' : 'rows';
  }
}
