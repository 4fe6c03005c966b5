import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rebuild } from '../../server/rollups/rebuild.js';
import { ALL_STORED_READINGS } from '../../store/compaction/stored-readings.js';
import { retain, type Retained } from '../../store/retention/retain.js';
import { bookedDays } from '../../store/accounting/days-to-check.js';
import type { Reading } from '../../protocol/reading.js';
import { runRollups } from '../harness/run-rollups.js';
import { count, Feeder, message, openStore, quarantinedParts, reading, type Store } from './store-harness.js';

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2026, 0, 1);
const DAYS = 20;
const HORIZON = FIRST + (DAYS - 7) * DAY_MS;
const KEEP = { raw: 7, '15m': 14, '1h': null, '1d': null };

/** One that is kept whole, and one of which old days are dropped: both are told the same. */
let whole: Store;
let kept: Store;
let feeders: readonly Feeder[];

beforeAll(async () => {
  [whole, kept] = await Promise.all([openStore(), openStore()]);
  feeders = await Promise.all([whole, kept].map((store) => Feeder.claim(store.sink())));
  const talkative = Array.from({ length: DAYS * 24 }, (_, hour) =>
    reading({ chargePointId: 'Talkative', timestampMs: FIRST + hour * 3_600_000, value: hour * 1_000 }),
  );
  const silent = Array.from({ length: 40 }, (_, index) =>
    reading({
      chargePointId: 'Silent',
      timestampMs: FIRST + DAY_MS + index * 900_000,
      value: 5_000 + index * 250,
    }),
  );
  await tell(talkative);
  await tell(silent);
}, 120_000);
afterAll(() => Promise.all([whole.close(), kept.close()]));

async function tell(readings: readonly Reading[]): Promise<void> {
  for (const feeder of feeders) {
    await feeder.store(readings.map((each, index) => message(feeder.position + index, [each])));
  }
  await Promise.all([whole, kept].map(({ pool }) => runRollups(pool)));
}

async function drop(raw = KEEP.raw): Promise<Retained> {
  const retained = await retain({
    pool: kept.pool,
    retention: { ...KEEP, raw },
    signal: new AbortController().signal,
    now: () => FIRST + DAYS * DAY_MS,
  });
  if (retained === 'busy') throw new Error('somebody else drops');
  return retained;
}

async function aggregates(store: Store, where: string): Promise<string[]> {
  const lines: string[] = [];
  for (const table of ['rollup_15m', 'rollup_1h', 'rollup_1d']) {
    const { rows } = await store.pool.query<{ line: string }>(
      `select '${table} ' || s.charge_point_id || ' ' || (to_jsonb(r) - 'series_id')::text as line
       from ${table} r join series s on s.id = r.series_id where r.bucket ${where} order by 1`,
    );
    lines.push(...rows.map(({ line }) => line));
  }
  return lines;
}

const AT_HORIZON = `'${new Date(HORIZON).toISOString()}'`;

describe('retention', () => {
  it('drops old readings, and leaves their aggregates as they are', async () => {
    const before = await aggregates(kept, "> '-infinity'");
    expect(await drop()).toMatchObject({ days: DAYS - 7 - 2, left: 0, isRaised: true });
    const { rows } = await kept.pool.query<{ first: Date }>(
      `select min(r.ts) as first from ${ALL_STORED_READINGS} r join series s on s.id = r.series_id
       where s.charge_point_id = 'Talkative'`,
    );
    expect(rows[0]?.first).toEqual(new Date(HORIZON - 2 * DAY_MS));
    const after = new Set(await aggregates(kept, "> '-infinity'"));
    const gone = before.filter((line) => !after.has(line));
    // Of 15 minutes those that are older than a fortnight, but the neighbours of what may still come.
    expect(gone.every((line) => line.startsWith('rollup_15m '))).toBe(true);
    expect(gone.length).toBeGreaterThan(24);
    expect(await drop()).toMatchObject({ days: 0, left: 0, aggregates: 0, isRaised: true });
  });

  it('refuses what comes later than the horizon, by name', async () => {
    const rows = await count(kept.pool, 'readings');
    await feeders[1]?.store([
      message(feeders[1].position, [
        reading({ chargePointId: 'Talkative', timestampMs: HORIZON - 1, value: 7 }),
        reading({ chargePointId: 'Talkative', timestampMs: HORIZON + 60_000, value: 312_016 }),
      ]),
    ]);
    await feeders[0]?.store([
      message(feeders[0].position, [
        reading({ chargePointId: 'Talkative', timestampMs: HORIZON + 60_000, value: 312_016 }),
      ]),
    ]);
    expect(await quarantinedParts(kept.pool)).toMatchObject([
      { path: '/readings/0', reason: 'past_retention' },
    ]);
    expect(await count(kept.pool, 'readings')).toBe(rows + 1);
  });

  it('computes what comes late after the horizon as if nothing had been dropped, also across a silence that began before it', async () => {
    const frozen = await aggregates(kept, `< ${AT_HORIZON}`);
    await tell([
      reading({ chargePointId: 'Talkative', timestampMs: HORIZON + 60_000 * 7, value: 312_100 }),
      reading({ chargePointId: 'Silent', timestampMs: HORIZON + 3 * DAY_MS, value: 90_000 }),
      reading({ chargePointId: 'Silent', timestampMs: HORIZON + 3 * DAY_MS + 900_000, value: 90_250 }),
    ]);
    const computed = await aggregates(kept, `>= ${AT_HORIZON}`);
    expect(computed.some((line) => line.includes('Silent'))).toBe(true);
    expect(computed).toEqual(await aggregates(whole, `>= ${AT_HORIZON}`));
    expect(await aggregates(kept, `< ${AT_HORIZON}`)).toEqual(frozen);
  });

  it('leaves what is frozen out of a rebuild, which finds nothing to mend', async () => {
    const frozen = await aggregates(kept, `< ${AT_HORIZON}`);
    const rebuilt = await rebuild({
      ...{ pool: kept.pool, fromMs: -Infinity, toMs: Infinity, chargePointIds: null, check: false },
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    expect(rebuilt).toMatchObject({ differences: 0, unsettled: 0 });
    expect(await aggregates(kept, `< ${AT_HORIZON}`)).toEqual(frozen);
  });

  it('lets nobody look for readings of days that were dropped', async () => {
    const days = await bookedDays(kept.pool, { from: null, to: null });
    expect(Math.min(...days) * DAY_MS).toBe(HORIZON);
  });

  it('waits with the horizon while aggregates before it are still to be computed', async () => {
    await kept.pool.query(
      `insert into rollup_marks (shard, series_ids, from_ts, to_ts)
       select shard, array[id], array[${AT_HORIZON}::timestamptz], array[${AT_HORIZON}::timestamptz] from series limit 1`,
    );
    const stop = new AbortController();
    const dropping = retain({
      ...{ pool: kept.pool, retention: { ...KEEP, raw: 3, '15m': null }, signal: stop.signal },
      now: () => FIRST + DAYS * DAY_MS,
    });
    stop.abort();
    expect(await dropping).toMatchObject({ isRaised: false, days: 0 });
  });
});
