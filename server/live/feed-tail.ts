import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { FEED_CHANNEL } from '../../store/feed/feed-channel.js';
import type { FeedRow } from '../../store/feed/feed-row.js';
import { preparedQuery } from '../../store/feed/prepared-query.js';
import { readFeed } from '../../store/feed/read-feed.js';
import type { SeriesDictionary } from '../../store/feed/series-dictionary.js';
import type { Pool } from '../../store/pool.js';
import type { Query } from '../../store/read/read-database.js';
import { keepListening } from '../lifecycle/keep-listening.js';

export interface FeedListener {
  /** Rows that follow each other and all before; the next ones come when this resolves. Rejecting ends the run. */
  rows(rows: readonly FeedRow[]): Promise<void> | void;
  /**
   * What follows the last row can't be told: it was cleaned away meanwhile (expired), or the feed isn't the one that it was (unknown),
   * as after the database was restored from a backup. Resolves with the position to go on after. When it rejects, it is asked again.
   */
  reset(reason: 'expired' | 'unknown'): Promise<number>;
}

export interface FeedTailOptions {
  /** Of the primary: a standby can't be listened to. */
  readonly pool: Pool;
  /** Knows what the rows need before the listener has them. */
  readonly dictionary: SeriesDictionary;
  readonly listener: FeedListener;
  readonly logger: Logger;
  /** Whether notifications are heard, as it changes. */
  readonly onListening?: (isListening: boolean) => void;
  /** How often the feed is read though nobody told of anything, ms. Default 1,000; 200 while notifications aren't heard. */
  readonly pollEveryMs?: number;
  readonly pollEveryDeafMs?: number;
}

interface Page {
  readonly rows: readonly FeedRow[];
  /** Of the last row, or where to go on after. */
  readonly position: number;
  readonly hasMore: boolean;
}

/** Rows in one read at most. */
const PAGE_ROWS = 256;
const BACKOFF_MIN_MS = 100;
const BACKOFF_MAX_MS = 5_000;

/**
 * Follows the change feed: hands over each row once, in order. A notification wakes it; the table tells. It looks by itself, too,
 * since notifications come through a connection that may be lost, or fall silent, without anybody hearing of it.
 */
export class FeedTail {
  private readonly query: Query;
  private readonly pollEveryMs: number;
  private readonly pollEveryDeafMs: number;
  private isListening = false;
  private isWoken = false;
  private wakeUp: (() => void) | undefined;
  /** Of the row at the position; null: not seen. Another one there later is of another feed. */
  private committedAtMs: number | null = null;

  constructor(private readonly options: FeedTailOptions) {
    this.query = preparedQuery(options.pool);
    this.pollEveryMs = options.pollEveryMs ?? 1_000;
    this.pollEveryDeafMs = options.pollEveryDeafMs ?? 200;
  }

  /** Hands over what follows the position `after`, until the signal aborts. Outages are waited out; rejects as the listener does. */
  async run(after: number, signal: AbortSignal): Promise<void> {
    const stopped = new AbortController();
    const stop = (): void => {
      stopped.abort();
      this.wake();
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const listening = this.listen(stopped.signal);
    try {
      await this.follow(after, stopped.signal);
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
      await listening;
    }
  }

  private async follow(after: number, signal: AbortSignal): Promise<void> {
    let position = after;
    let failures = 0;
    while (!signal.aborted) {
      this.isWoken = false;
      const page = await this.read(position).catch((error: unknown) => ({ error }));
      if ('error' in page) {
        failures += 1;
        await this.wait(failures, page.error, signal);
        continue;
      }
      failures = 0;
      if (page.rows.length > 0) await this.options.listener.rows(page.rows);
      ({ position } = page);
      if (!page.hasMore) await this.woken(signal);
    }
  }

  /** What follows, ready to be handed over. */
  private async read(position: number): Promise<Page> {
    const { dictionary, listener } = this.options;
    const read = await readFeed(this.query, position, PAGE_ROWS);
    if (read.kind !== 'rows' || this.isAnother(read.cursorCommittedAtMs)) {
      const reason = read.kind === 'rows' ? 'unknown' : read.kind;
      // In a database that was restored, ids may stand for others.
      dictionary.clear();
      const goOnAfter = await listener.reset(reason);
      this.committedAtMs = null;
      return { rows: [], position: goOnAfter, hasMore: true };
    }
    const { rows, hasMore } = read;
    await dictionary.load(this.query, rows);
    const last = rows.at(-1);
    this.committedAtMs = last?.committedAtMs ?? read.cursorCommittedAtMs ?? this.committedAtMs;
    return { rows, position: last?.position ?? position, hasMore };
  }

  private async wait(failures: number, error: unknown, signal: AbortSignal): Promise<void> {
    // Told once an outage.
    if (failures === 1)
      this.options.logger.warn({ err: error }, "the change feed can't be read, trying again");
    const mostMs = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** failures);
    await delay(mostMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }

  private isAnother(committedAtMs: number | null): boolean {
    return this.committedAtMs !== null && committedAtMs !== null && committedAtMs !== this.committedAtMs;
  }

  private listen(signal: AbortSignal): Promise<void> {
    const { pool, logger } = this.options;
    return keepListening(
      pool,
      {
        channels: [FEED_CHANNEL],
        onListening: () => this.heard(true),
        onLost: () => this.heard(false),
        onNotification: () => this.wake(),
        logger,
      },
      signal,
    );
  }

  private heard(isListening: boolean): void {
    this.isListening = isListening;
    this.options.onListening?.(isListening);
    // What came meanwhile was told to nobody; and from now on looking goes by another pace.
    this.wake();
  }

  private wake(): void {
    this.isWoken = true;
    this.wakeUp?.();
  }

  /** Until something may have happened, or for the time of a poll. */
  private async woken(signal: AbortSignal): Promise<void> {
    if (this.isWoken || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.isListening ? this.pollEveryMs : this.pollEveryDeafMs);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = undefined;
  }
}
