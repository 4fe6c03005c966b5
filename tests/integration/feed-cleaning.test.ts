import { beforeEach, describe, expect, it } from 'vitest';
import { cleanFeed, type FeedLimits } from '../../store/feed/clean-feed.js';
import { readFeedFigures } from '../../store/feed/feed-figures.js';
import { readFeed } from '../../store/feed/read-feed.js';
import { readFeedHead } from '../../store/feed/read-feed-head.js';
import { createPool, type Pool } from '../../store/pool.js';
import type { Query } from '../../store/read/read-database.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const HOUR_MS = 3_600_000;
const MEGABYTE = 1_048_576;
/** A hundred of them are a segment of the smaller limit. */
const PAYLOAD = JSON.stringify({
  inserted: { series: [], ts: [], context: [], value: [], transaction: ['x'.repeat(20_000)], quality: [] },
});

let database: TestDatabase;
let pool: Pool;
let query: Query;

beforeEach(async () => {
  database = await createTestDatabase({ migrated: true });
  pool = createPool({ url: database.url, max: 8, applicationName: 'cleaning-test' });
  query = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await pool.query(text, [...values])).rows as Row[];
  return async () => {
    await pool.end();
    await database.drop();
  };
});

const append = (): Promise<unknown> => pool.query(`select feed_append('readings', $1)`, [PAYLOAD]);

/** As if that much time had gone by. */
const pass = (hours: number): Promise<unknown> =>
  pool.query(`update feed_segments set began_at = began_at - make_interval(hours => $1)`, [hours]);

const DAY: FeedLimits = { retentionMs: 24 * HOUR_MS, maxBytes: 1_024 * MEGABYTE };

async function positionsAfter(cursor: number): Promise<number[] | string> {
  const read = await readFeed(query, cursor, 1_000);
  return read.kind === 'rows' ? read.rows.map(({ position }) => position) : read.kind;
}

describe('cleaning the feed by age', () => {
  it('keeps what is younger than the limit, and lets go of what is older', async () => {
    await append();
    await append();
    expect(await cleanFeed(pool, DAY)).toEqual({ emptied: 0, isHeld: false });
    await pass(5);
    await cleanFeed(pool, DAY);
    await append();
    await pass(20);
    expect((await cleanFeed(pool, DAY)).emptied).toBe(0);
    expect(await positionsAfter(0)).toEqual([1, 2, 3]);
    await pass(5);
    expect((await cleanFeed(pool, DAY)).emptied).toBe(1);
    expect(await positionsAfter(0)).toBe('expired');
    expect(await positionsAfter(1)).toBe('expired');
    expect(await positionsAfter(2)).toEqual([3]);
  });

  it('counts on where it was when nothing is left', async () => {
    await append();
    await append();
    for (let day = 0; day < 3; day++) {
      await cleanFeed(pool, DAY);
      await pass(25);
    }
    await cleanFeed(pool, DAY);
    expect(await readFeedHead(query)).toBe(2);
    expect(await readFeedFigures(pool)).toMatchObject({ head: 2, oldestAgeSeconds: 0 });
    expect(await positionsAfter(1)).toBe('expired');
    expect(await positionsAfter(2)).toEqual([]);
    expect(await positionsAfter(3)).toBe('unknown');
    await append();
    expect(await positionsAfter(2)).toEqual([3]);
  });

  it('leaves an idle feed alone', async () => {
    await pass(100);
    expect(await cleanFeed(pool, DAY)).toEqual({ emptied: 0, isHeld: false });
    expect(await readFeedHead(query)).toBe(0);
  });
});

describe('cleaning the feed by size', () => {
  const LIMITS = { retentionMs: 24 * HOUR_MS, maxBytes: 2 * MEGABYTE };

  it('holds its size, however much is written, and keeps what has room', async () => {
    let most = 0;
    for (let n = 1; n <= 400; n++) {
      await append();
      if (n % 4 === 0) await cleanFeed(pool, LIMITS);
      most = Math.max(most, (await readFeedFigures(pool)).bytes);
    }
    expect(most).toBeLessThan(LIMITS.maxBytes * 1.2);
    expect(most).toBeGreaterThan(LIMITS.maxBytes * 0.7);
    const kept = await positionsAfter(350);
    expect(kept).toHaveLength(50);
    expect(await positionsAfter(100)).toBe('expired');
  });

  it('is done by one of several processes, and waits for nobody', async () => {
    for (let n = 0; n < 150; n++) await append();
    const cleanings = await Promise.all(Array.from({ length: 4 }, () => cleanFeed(pool, LIMITS)));
    expect(cleanings.reduce((sum, { emptied }) => sum + emptied, 0)).toBe(1);
    expect(await readFeedHead(query)).toBe(150);
  });

  it('tells that the oldest part is read in a long transaction, meanwhile writes on, and goes on after it', async () => {
    const reader = await pool.connect();
    try {
      await append();
      await reader.query('begin; select count(*) from feed');
      for (let n = 0; n < 150; n++) await append();
      expect(await cleanFeed(pool, LIMITS)).toEqual({ emptied: 0, isHeld: true });
      await append();
      await reader.query('commit');
    } finally {
      reader.release();
    }
    expect(await cleanFeed(pool, LIMITS)).toEqual({ emptied: 1, isHeld: false });
    expect(await readFeedHead(query)).toBe(152);
  });

  it('is not held up by who asked for the head at the begin of a long read', async () => {
    const reader = await pool.connect();
    try {
      for (let n = 0; n < 60; n++) await append();
      await cleanFeed(pool, { ...LIMITS, maxBytes: 4 * MEGABYTE });
      await reader.query('begin isolation level repeatable read; select feed_head()');
      for (let n = 0; n < 60; n++) await append();
      expect(await cleanFeed(pool, LIMITS)).toMatchObject({ emptied: 1, isHeld: false });
    } finally {
      reader.release(true);
    }
  });

  it('never makes a reader skip: each sees what follows its cursor, or that it has expired', async () => {
    const last = 400;
    const written = new AbortController();
    const writing = Promise.all(
      Array.from({ length: 2 }, async () => {
        for (let n = 0; n < last / 2; n++) await append();
      }),
    ).then(() => written.abort());
    const cleaning = (async () => {
      let emptied = 0;
      while (!written.signal.aborted)
        emptied += (await cleanFeed(pool, { ...LIMITS, maxBytes: MEGABYTE / 2 })).emptied;
      return emptied;
    })();
    const reading = Array.from({ length: 3 }, async (_, reader) => {
      let cursor = 0;
      let expired = 0;
      while (cursor < last) {
        // Some read all there is, others fall behind.
        const read = await readFeed(query, cursor, reader === 0 ? 100 : reader);
        if (read.kind === 'rows') {
          for (const { position } of read.rows) {
            if (position !== cursor + 1) throw new Error(`${cursor} was followed by ${position}`);
            cursor = position;
          }
        } else {
          if (read.kind === 'unknown') throw new Error(`${cursor} is said to be unknown`);
          expired += 1;
          cursor = await readFeedHead(query);
        }
      }
      return expired;
    });
    await writing;
    expect(await cleaning).toBeGreaterThan(5);
    await Promise.all(reading);
    expect(await readFeedHead(query)).toBe(last);
  });
});
