import { Counter, Gauge, type Registry } from 'prom-client';
import { cleanFeed, type FeedLimits } from '../../store/feed/clean-feed.js';
import { readFeedFigures } from '../../store/feed/feed-figures.js';
import type { Pool } from '../../store/pool.js';
import { repeat } from '../lifecycle/repeat.js';
import type { Part } from '../lifecycle/run-stack.js';
import type { RoleContext } from './role-context.js';

/** What is written meanwhile is how far the feed exceeds its bound. */
const EVERY_MS = 5_000;
const HOUR_MS = 3_600_000;
const MEGABYTE = 1_048_576;

/** Keeps the change feed within its limits of age and size. */
export function feedUpkeep({ config, logger, registry }: RoleContext, pool: Pool): Part {
  const limits = {
    retentionMs: config.FEED_RETENTION_HOURS * HOUR_MS,
    maxBytes: config.FEED_MAX_MB * MEGABYTE,
  };
  const emptied = createFeedMetrics(registry, pool, limits);
  let wasHeld = false;
  const clean = async (): Promise<void> => {
    const cleaning = await cleanFeed(pool, limits);
    emptied.inc(cleaning.emptied);
    if (cleaning.isHeld && !wasHeld) {
      logger.warn(
        'a long transaction reads the oldest part of the change feed, which can not be emptied meanwhile',
      );
    }
    wasHeld = cleaning.isHeld;
  };
  const onError = (error: unknown): void =>
    logger.warn({ err: error }, 'the change feed could not be cleaned; trying again');
  return { name: 'feed upkeep', run: (signal) => repeat(clean, { everyMs: EVERY_MS, onError }, signal) };
}

/** Gives the counter of emptied segments. */
export function createFeedMetrics(registry: Registry, pool: Pool, limits: FeedLimits): Counter {
  const registers = [registry];
  new Gauge({
    name: 'meterpulse_feed_position',
    help: 'Position of the newest row of the change feed. The same in every worker.',
    registers,
    async collect() {
      const figures = await readFeedFigures(pool).catch(() => null);
      if (figures === null) return;
      this.set(figures.head);
      age.set(figures.oldestAgeSeconds);
      bytes.set(figures.bytes);
    },
  });
  const age = new Gauge({
    name: 'meterpulse_feed_oldest_age_seconds',
    help: 'Age of the oldest row of the change feed: who was away for longer begins anew. 0: it is empty. The same in every worker.',
    registers,
  });
  const bytes = new Gauge({
    name: 'meterpulse_feed_bytes',
    help: 'Size of the change feed on disk. The same in every worker.',
    registers,
  });
  const limit = (name: string, help: string, value: number): void => {
    new Gauge({ name: `meterpulse_feed_${name}`, help, registers }).set(value);
  };
  limit(
    'retention_seconds',
    'FEED_RETENTION_HOURS: for how long somebody may be away.',
    limits.retentionMs / 1_000,
  );
  limit('max_bytes', 'FEED_MAX_MB: the size above which the oldest segment is emptied.', limits.maxBytes);
  return new Counter({
    name: 'meterpulse_feed_emptied_segments_total',
    help: 'Segments of the change feed that this process emptied, for their age or for the size of the whole.',
    registers,
  });
}
