import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { count, Feeder, message, openStore, T0, type Store } from './store-harness.js';
import {
  sessionRows,
  start,
  startMessage,
  stop,
  stopMessage,
  stopReading,
  waitingRows,
} from './session-harness.js';

let store: Store;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const DAY_MS = 86_400_000;

describe('what of a session cannot be stored', () => {
  it('keeps poison in a session from failing the flush', async () => {
    const feeder = await Feeder.claim(store.sink());
    const poison = [
      start({ transactionId: 'a\0' }),
      start({ idTag: 'a\0' }),
      start({ connectorId: -1 }),
      start({ connectorId: 2 ** 31 }),
      start({ evseId: 0.5 }),
      start({ startedAtMs: NaN }),
      start({ startedAtMs: 8.64e15 }),
      start({ startedAtMs: 0.5 }),
      start({ meterStartWh: Infinity }),
      stop({ idTag: '\ud800' }),
      stop({ reason: 'x'.repeat(300) }),
      stop({ endedAtMs: Date.parse('0000-12-31T00:00:00Z') }),
      stop({ meterStopWh: 1e300 }),
      stop({ transactionId: ''.padEnd(300, '7') }),
    ];
    const readings = [
      stopReading({ transactionId: null }),
      stopReading({ measurand: 'a\0' }),
      stopReading({ timestampMs: T0 + 0.5 }),
      stopReading({ quality: 2 ** 15 }),
      stopReading({ evseId: -1 }),
      stopReading({ value: NaN }),
    ];

    const counts = await feeder.store([
      ...poison.map((session, offset) => message(offset, [], { session })),
      message(poison.length, readings),
      startMessage(poison.length + 1, { transactionId: '9' }),
      message(poison.length + 2, [], { session: start(), chargePointId: null }),
    ]);

    expect(counts.messages).toEqual({ received: 17, stored: 1, duplicate: 0, rejected: 16 });
    const { rows } = await store.pool.query<{ reason: string; n: number }>(
      'select reason, count(*) as n from quarantine group by 1 order by 1',
    );
    expect(rows).toEqual([
      { reason: 'invalid_charge_point', n: 1 },
      { reason: 'invalid_connector', n: 1 },
      { reason: 'invalid_name', n: 1 },
      { reason: 'invalid_session', n: poison.length },
      { reason: 'invalid_transaction', n: 1 },
      { reason: 'invalid_value', n: 1 },
      { reason: 'timestamp_out_of_range', n: 1 },
      { reason: 'value_out_of_range', n: 1 },
    ]);
  });

  it('takes readings that name a session by its id alone', async () => {
    const feeder = await Feeder.claim(store.sink());
    expect((await feeder.store([message(0, [stopReading()])])).messages).toMatchObject({ stored: 1 });
    expect((await feeder.store([message(1, [stopReading()])])).messages).toMatchObject({ duplicate: 1 });
    expect(await sessionRows(store.pool)).toMatchObject([{ status: 'observed' }]);

    const counts = await feeder.store([startMessage(2), message(3, [stopReading({ value: 9_999 })])]);

    expect(counts.readings).toEqual({ stored: 2, duplicate: 0, conflicting: 1, rejected: 0 });
    expect(await waitingRows(store.pool)).toEqual([]);
  });

  it('keeps a session of a held charge point whole, readings or not', async () => {
    const feeder = await Feeder.claim(store.sink({ unknownChargePoints: 'hold' }));

    const counts = await feeder.store([
      startMessage(0),
      message(1, [], { session: start({ startedAtMs: null }) }),
    ]);

    expect(counts.messages).toEqual({ received: 2, stored: 0, duplicate: 0, rejected: 2 });
    expect(await count(store.pool, 'transactions')).toBe(0);
    const { rows } = await store.pool.query<{ raw: Buffer }>(
      'select path, reason, raw_kind, raw from quarantine order by "offset"',
    );
    const whole = { path: '', reason: 'unknown_charge_point', raw_kind: 'judged' };
    expect(rows).toMatchObject([whole, whole]);
    expect(rows.map(({ raw }) => JSON.parse(String(raw)) as unknown)).toEqual([
      { readings: startMessage(0).readings, session: start() },
      { readings: [], session: start({ startedAtMs: null }) },
    ]);
  });
});

describe('a day partition that cannot be had, or is gone', () => {
  it('refuses readings of days beyond the limit of partitions before they wait', async () => {
    const feeder = await Feeder.claim(store.sink({ partitionsMax: 1 }));
    const old = stopReading({ timestampMs: T0 - 30 * DAY_MS });

    const counts = await feeder.store([stopMessage(0, {}, [stopReading(), old])]);

    expect(counts.messages).toMatchObject({ stored: 1 });
    expect(counts.readings).toMatchObject({ rejected: 1 });
    expect(await waitingRows(store.pool)).toHaveLength(2);
    const { rows } = await store.pool.query<{ path: string; raw: Buffer }>(
      'select path, reason, raw_kind, raw from quarantine',
    );
    expect(rows).toMatchObject([{ path: '/readings/2', reason: 'partition_limit', raw_kind: 'judged' }]);
    // With the session, without which nobody would know the connector.
    expect(JSON.parse(String(rows[0]?.raw))).toEqual({ readings: [old], session: stop() });
  });

  it('quarantines what waited for a day that can no longer be had, as the Start takes it up', async () => {
    const before = await Feeder.claim(store.sink());
    const old = stopReading({ timestampMs: T0 - 30 * DAY_MS });
    await before.store([stopMessage(0, {}, [old])]);
    await store.pool.query('drop table readings_20251216');
    const feeder = await Feeder.claim(store.sink({ partitionsMax: 1 }));

    const counts = await feeder.store([startMessage(1)]);

    expect(counts.readings).toEqual({ stored: 2, duplicate: 0, conflicting: 0, rejected: 1 });
    expect(await waitingRows(store.pool)).toEqual([]);
    const { rows } = await store.pool.query<{ raw: Buffer }>(
      'select "offset", path, reason, raw_kind, raw from quarantine',
    );
    expect(rows).toMatchObject([
      { offset: 1, path: '/readings/1', reason: 'partition_limit', raw_kind: 'judged' },
    ]);
    expect(JSON.parse(String(rows[0]?.raw))).toEqual({
      readings: [{ ...old, connectorId: 2 }],
      session: null,
    });
  });

  it('stores what waited although its partition was dropped meanwhile', async () => {
    const sink = store.sink();
    const feeder = await Feeder.claim(sink);
    await feeder.store([stopMessage(0)]);
    await store.pool.query('drop table readings_20260115');

    expect((await feeder.store([startMessage(1)])).readings).toMatchObject({ stored: 3 });
  });
});
