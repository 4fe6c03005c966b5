import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SinkMessage } from '../../store/reading-sink.js';
import {
  count,
  counters,
  Feeder,
  message,
  naturalRows,
  openStore,
  reading,
  T0,
  type Store,
} from './store-harness.js';
import { sessionRows, start, startMessage, storedState, stop, stopMessage } from './session-harness.js';

let store: Store;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const state = () => storedState(store.pool);

describe('a charging session', () => {
  it('is active from its Start, ended by its Stop, and has the facts of both', async () => {
    const feeder = await Feeder.claim(store.sink());

    const started = await feeder.store([startMessage(0)]);
    expect(await sessionRows(store.pool)).toMatchObject([{ status: 'active', ended_at: null }]);
    const stopped = await feeder.store([
      message(1, [reading({ connectorId: 2, transactionId: '7' })]),
      stopMessage(2, { idTag: 'TAG-2', reason: 'EVDisconnected' }),
    ]);

    expect(started).toEqual({
      messages: { received: 1, stored: 1, duplicate: 0, rejected: 0 },
      readings: { stored: 1, duplicate: 0, conflicting: 0, rejected: 0 },
    });
    expect(stopped).toEqual({
      messages: { received: 2, stored: 2, duplicate: 0, rejected: 0 },
      readings: { stored: 3, duplicate: 0, conflicting: 0, rejected: 0 },
    });
    expect(await sessionRows(store.pool)).toEqual([
      {
        charge_point_id: 'CP-1',
        external_id: '7',
        status: 'ended',
        evse_id: 0,
        connector_id: 2,
        id_tag: 'TAG-1',
        started_at: new Date(T0),
        meter_start_wh: 1_000,
        stop_id_tag: 'TAG-2',
        ended_at: new Date(T0 + 60_000),
        meter_stop_wh: 2_500,
        stop_reason: 'EVDisconnected',
        start_received_at: new Date(T0),
        stop_received_at: new Date(T0 + 2),
      },
    ]);
    const { readings } = await naturalRows(store.pool);
    expect(
      readings
        .map(({ connector_id, context, value, external_id }) => [connector_id, context, value, external_id])
        .sort(),
    ).toEqual([
      [2, 'MeterStart', 1_000, '7'],
      [2, 'MeterStop', 2_500, '7'],
      [2, 'Sample.Periodic', 1, '7'],
      [2, 'Transaction.End', 2_500.5, '7'],
    ]);
  });

  it('of which only MeterValues tell is observed', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [reading({ transactionId: '0' })])]);

    expect(await sessionRows(store.pool)).toMatchObject([
      { external_id: '0', status: 'observed', start_received_at: null, connector_id: null },
    ]);
  });

  it('is stored without any reading, once: what is told again is a duplicate', async () => {
    const feeder = await Feeder.claim(store.sink());
    const bare = (offset: number, session: SinkMessage['session']) => message(offset, [], { session });

    const counts = await feeder.store([
      bare(0, start({ startedAtMs: null, meterStartWh: null })),
      bare(1, stop({ endedAtMs: null, meterStopWh: null })),
      bare(2, start({ startedAtMs: null, meterStartWh: null })),
    ]);
    const again = await feeder.store([bare(3, stop({ endedAtMs: null, meterStopWh: null }))]);

    expect(counts.messages).toEqual({ received: 3, stored: 2, duplicate: 1, rejected: 0 });
    expect(again.messages).toEqual({ received: 1, stored: 0, duplicate: 1, rejected: 0 });
    expect(await sessionRows(store.pool)).toMatchObject([
      { status: 'ended', started_at: null, meter_start_wh: null, ended_at: null, meter_stop_wh: null },
    ]);
    expect(await counters(store.pool)).toMatchObject({ stored: 0, first: null, last: null });
  });

  it('tells charge points apart that use the same id, thousands of them in one batch', async () => {
    const feeder = await Feeder.claim(store.sink());
    const messages = Array.from({ length: 3_000 }, (_, at) => {
      const chargePointId = `CP-${at % 600}`;
      const transactionId = `${Math.floor(at / 1_200)}`;
      const startedAtMs = T0 + Math.floor(at / 1_200) * 3_600_000;
      return at % 1_200 < 600
        ? stopMessage(at, { transactionId, endedAtMs: startedAtMs + 60_000 }, [], { chargePointId })
        : startMessage(at, { transactionId, startedAtMs }, { chargePointId });
    });

    const counts = await feeder.store(messages);

    expect(counts.messages.stored).toBe(3_000);
    const sessions = await sessionRows(store.pool);
    expect(sessions.filter(({ status }) => status === 'ended')).toHaveLength(1_200);
    expect(sessions.filter(({ status }) => status === 'unmatched')).toHaveLength(600);
    expect(await count(store.pool, 'waiting_readings')).toBe(600);
    expect(await count(store.pool, 'readings')).toBe(2_400);
  });

  it('of several Starts and Stops that differ has the greatest, whichever came first', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([
      startMessage(0, { idTag: 'B' }),
      stopMessage(1, { reason: 'Remote', meterStopWh: 3_000 }),
    ]);

    await feeder.store([startMessage(2, { idTag: 'A', meterStartWh: 2_000 })]);
    await feeder.store([stopMessage(3, { meterStopWh: null }), startMessage(4, { idTag: 'C' })]);

    expect(await sessionRows(store.pool)).toMatchObject([
      { id_tag: 'A', meter_start_wh: 2_000, stop_reason: 'Remote', meter_stop_wh: 3_000 },
    ]);
  });
});

describe('Starts of one id that name different connectors', () => {
  it('leave the readings of the Stop where they are, also when the topic is replayed', async () => {
    const told = [startMessage(0), stopMessage(1), startMessage(2, { connectorId: 3, startedAtMs: T0 + 1 })];
    const feeder = await Feeder.claim(store.sink());
    for (const each of told) await feeder.store([each]);
    const before = [await state(), await counters(store.pool)];
    expect(await sessionRows(store.pool)).toMatchObject([{ connector_id: 2, started_at: new Date(T0) }]);
    expect((await naturalRows(store.pool)).readings.map(({ connector_id }) => connector_id)).toEqual([
      2, 2, 2, 3,
    ]);

    for (const division of [told.map((each) => [each]), [told]]) {
      await store.pool.query('update consumer_positions set next_offset = 0');
      const again = await Feeder.claim(store.sink());
      for (const batch of division) await again.store(batch);
      expect([await state(), await counters(store.pool)]).toEqual(before);
    }
  });

  it('let the greatest stand while the session has no Stop', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([startMessage(0)]);
    await feeder.store([startMessage(1, { connectorId: 3, startedAtMs: T0 + 1 })]);
    await feeder.store([stopMessage(2)]);

    expect(await sessionRows(store.pool)).toMatchObject([{ connector_id: 3, started_at: new Date(T0 + 1) }]);
    const { readings } = await naturalRows(store.pool);
    expect(readings.filter(({ context }) => context === 'MeterStop')).toMatchObject([{ connector_id: 3 }]);
  });
});

describe('flushes without sessions', () => {
  it('run no statement for sessions', async () => {
    const feeder = await Feeder.claim(store.sink());
    // Of old days it is also asked whether they are kept, and compacted.
    const timestampMs = Date.now();
    await feeder.store([message(0, [reading({ transactionId: '7', timestampMs })])]);
    const spy = vi.spyOn(pg.Client.prototype, 'query');
    try {
      await feeder.store([message(1, [reading({ transactionId: '7', timestampMs: timestampMs + 1 })])]);
      // begin, lock the position, COPY, latest, mark for aggregates, advance the position, commit.
      expect(spy.mock.calls).toHaveLength(7);
    } finally {
      spy.mockRestore();
    }
    expect(await counters(store.pool)).toMatchObject({ stored: 2 });
  });
});
