import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rebuild, type RebuildOptions } from '../../server/rollups/rebuild.js';
import { readBacklog } from '../../store/rollups/marks.js';
import { lockTable } from '../integrity/system/table-lock.js';
import { Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';
import { startMessage, stopMessage } from './session-harness.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let store: Store;
let feeder: Feeder;
beforeEach(async () => {
  store = await openStore();
  feeder = await Feeder.claim(store.sink());
  await feeder.store([
    startMessage(0, { meterStartWh: 0 }),
    ...['CP-1', 'CP-2'].flatMap((chargePointId, place) =>
      Array.from({ length: 8 }, (_, index) =>
        message(1 + place * 8 + index, [
          reading({
            chargePointId,
            timestampMs: T0 + index * 25 * MINUTE,
            value: index * 2_500,
            transactionId: '9',
          }),
          reading({
            chargePointId,
            timestampMs: T0 + index * 25 * MINUTE,
            measurand: 'Power.Active.Import',
            unit: 'W',
            value: 6_000,
            transactionId: '9',
          }),
        ]),
      ),
    ),
    // A register that starts again: evidence of how it counts.
    message(17, [reading({ timestampMs: T0 + 4 * HOUR, value: 10, transactionId: '10' })]),
    stopMessage(18),
  ]);
});
afterEach(() => store.close());

const run = (options: Partial<RebuildOptions> = {}) =>
  rebuild({
    pool: store.pool,
    fromMs: -Infinity,
    toMs: Infinity,
    chargePointIds: null,
    check: true,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
  });

const tablesOf = async (options: Partial<RebuildOptions> = {}): Promise<string[]> => {
  const { differences, examples } = await run(options);
  expect(differences).toBeGreaterThan(0);
  return [...new Set(examples.map(({ table }) => table))].sort();
};

describe('rebuild', () => {
  it('computes what is marked first, and finds no difference', async () => {
    expect((await readBacklog(store.pool)).marks).toBeGreaterThan(0);
    expect(await run()).toMatchObject({ series: 5, differences: 0, examples: [], unsettled: 0 });
    expect((await readBacklog(store.pool)).marks).toBe(0);
    const { rows } = await store.pool.query('select from rollup_15m');
    expect(rows.length).toBeGreaterThan(10);
  });

  it.each([
    [
      'a value of 15 minutes',
      'update rollup_15m set sum_value = sum_value + 1 where series_id = 1',
      'rollup_15m',
    ],
    ['energy of 15 minutes', 'update rollup_15m set measured_wh = 0 where measured_wh > 0', 'rollup_15m'],
    [
      '15 minutes that are missing',
      'delete from rollup_15m where bucket = (select max(bucket) from rollup_15m)',
      'rollup_15m',
    ],
    [
      '15 minutes without readings',
      `update rollup_15m set bucket = bucket + interval '1 year'`,
      'rollup_15m',
    ],
    ['a value of an hour', 'update rollup_1h set max_value = 1e9', 'rollup_1h'],
    ['an hour that is missing', 'delete from rollup_1h', 'rollup_1h'],
    ['an hour without readings', `update rollup_1h set bucket = bucket - interval '1 year'`, 'rollup_1h'],
    ['energy of a day', 'update rollup_1d set estimated_wh = 1', 'rollup_1d'],
    ['a day that is missing', 'delete from rollup_1d', 'rollup_1d'],
    ['a day without readings', `update rollup_1d set bucket = bucket + interval '1 day'`, 'rollup_1d'],
    ['which series counts', 'update rollup_1d set counts_as = 2 - counts_as', 'rollup_1d'],
    ['energy of a session', 'update transaction_slices set measured_wh = 1', 'transaction_slices'],
    ['power of a session', 'update transaction_slices set max_power_w = 1', 'transaction_slices'],
    ['a session that is missing', 'delete from transaction_slices', 'transaction_slices'],
    ['when a session was read', 'update transactions set last_reading_at = null', 'transactions'],
    [
      'an estimate of what was measured',
      `insert into estimates (series_id, from_ts, to_ts, from_value, to_value, energy, method, version)
       select series_id, first_ts, last_ts, 0, 1, 1, 'linear', 1 from rollup_1h where measured_wh > 0 and first_ts < last_ts`,
      'estimates',
    ],
    ['evidence of a register', 'update register_evidence set restarts = restarts + 1', 'register_evidence'],
    ['evidence that is missing', 'delete from register_evidence', 'register_evidence'],
    [
      'how a register counts',
      'update register_semantics set continuations = continuations + 3',
      'register_semantics',
    ],
  ])('tells of %s, leaves it when only checking, else puts it right', async (_, tamper, table) => {
    await run();
    const { rowCount } = await store.pool.query(tamper);
    expect(rowCount).toBeGreaterThan(0);

    expect(await tablesOf()).toContain(table);
    expect(await tablesOf()).toContain(table);
    expect(await tablesOf({ check: false })).toContain(table);
    expect(await run()).toMatchObject({ differences: 0 });
  });

  it('looks at the range and the charge points that it is asked for alone', async () => {
    await run();
    await store.pool.query('update rollup_15m set max_value = 1e9');
    const hour = { fromMs: T0 + HOUR, toMs: T0 + 2 * HOUR };
    const found = await run({ ...hour, chargePointIds: ['CP-2'] });
    expect(found.series).toBe(2);
    const quarters = found.examples.filter(({ table }) => table === 'rollup_15m');
    expect(quarters.length).toBeGreaterThan(0);
    const facts = await store.pool.query<{ id: number }>(
      `select id from series where charge_point_id = 'CP-2'`,
    );
    const ids = facts.rows.map(({ id }) => id);
    for (const { seriesId } of found.examples) expect(ids).toContain(seriesId);
    expect(await run({ fromMs: T0 + 300 * HOUR })).toMatchObject({ series: 0, differences: 0 });
    expect(await run({ chargePointIds: ['nobody'] })).toMatchObject({ series: 0, differences: 0 });
  });

  it('does not judge a series to which readings came meanwhile, and counts it', async () => {
    await run();
    await store.pool.query('update rollup_1d set estimated_wh = 1');
    const lock = await lockTable(store.url, 'rollup_1d', 'store-test');
    const running = run();
    await lock.waitedFor();
    await feeder.store([message(19, [reading({ timestampMs: T0 + MINUTE, value: 7 })])]);
    await lock.release();
    const { unsettled, examples } = await running;
    expect(unsettled).toBe(1);
    const { rows } = await store.pool.query<{ id: number }>(
      `select id from series where charge_point_id = 'CP-1' and measurand like 'Energy%' and connector_id = 1`,
    );
    expect(examples.map(({ seriesId }) => seriesId)).not.toContain(rows[0]?.id);
  });

  it('ends after the part under way when it is interrupted', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const { series } = await run({
      signal: stop.signal,
      onProgress: ({ done }) => {
        seen.push(done);
        stop.abort();
      },
    });
    expect(series).toBeLessThan(5);
    expect(seen.length).toBeLessThan(3);
  });

  it('tells how far it is', async () => {
    const seen: number[] = [];
    await run({ onProgress: ({ done }) => seen.push(done) });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });
});
