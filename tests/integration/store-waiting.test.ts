import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
import {
  sessionRows,
  startMessage,
  storedState,
  stopMessage,
  stopReading,
  waitingRows,
} from './session-harness.js';

let store: Store;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const state = () => storedState(store.pool);

describe('a Stop whose Start has not come', () => {
  it('keeps its readings waiting, and the Start takes them up with their own arrival and quality', async () => {
    const feeder = await Feeder.claim(store.sink());

    const stopped = await feeder.store([
      stopMessage(0, {}, [stopReading({ quality: 1 }), stopReading({ quality: 1 })]),
      stopMessage(1, {}, [stopReading({ quality: 3 }), stopReading({ value: 7 })]),
    ]);

    expect(stopped).toEqual({
      messages: { received: 2, stored: 2, duplicate: 0, rejected: 0 },
      readings: { stored: 0, duplicate: 3, conflicting: 0, rejected: 0 },
    });
    expect(await sessionRows(store.pool)).toMatchObject([{ status: 'unmatched', connector_id: null }]);
    expect(await waitingRows(store.pool)).toMatchObject([
      { context: 'MeterStop', value: 2_500, quality: 0, received_at: new Date(T0) },
      { context: 'Transaction.End', value: 7, received_at: new Date(T0 + 1) },
      { context: 'Transaction.End', value: 2_500.5, quality: 1, received_at: new Date(T0) },
    ]);
    expect(await counters(store.pool)).toMatchObject({ first: null, last: null });
    expect(await count(store.pool, 'readings')).toBe(0);

    const started = await feeder.store([startMessage(2)]);

    expect(started).toEqual({
      messages: { received: 1, stored: 1, duplicate: 0, rejected: 0 },
      readings: { stored: 3, duplicate: 0, conflicting: 1, rejected: 0 },
    });
    expect(await waitingRows(store.pool)).toEqual([]);
    const { readings, conflicts } = await naturalRows(store.pool);
    expect(readings.filter(({ context }) => context === 'Transaction.End')).toMatchObject([
      { connector_id: 2, value: 2_500.5, quality: 1, external_id: '7' },
    ]);
    expect(conflicts).toMatchObject([{ connector_id: 2, value: 7 }]);
    const { rows } = await store.pool.query('select distinct received_at from readings order by 1');
    expect(rows).toEqual([{ received_at: new Date(T0) }, { received_at: new Date(T0 + 2) }]);
    expect(await counters(store.pool)).toMatchObject({ first: new Date(T0), last: new Date(T0 + 60_000) });
  });

  it('keeps the cleanest of what is told twice, as it would be stored', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([stopMessage(0, {}, [stopReading({ quality: 3 })])]);
    await feeder.store([stopMessage(1, {}, [stopReading({ quality: 1 }), stopReading({ quality: 2 })])]);

    expect(await waitingRows(store.pool)).toMatchObject([{ context: 'MeterStop' }, { quality: 1 }]);
  });

  it('is a duplicate when it is told again', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([stopMessage(0)]);

    expect(await feeder.store([stopMessage(1)])).toEqual({
      messages: { received: 1, stored: 0, duplicate: 1, rejected: 0 },
      readings: { stored: 0, duplicate: 2, conflicting: 0, rejected: 0 },
    });
  });

  it('finds its Start further down in the same batch', async () => {
    const feeder = await Feeder.claim(store.sink());

    const counts = await feeder.store([stopMessage(0), startMessage(1), stopMessage(2), startMessage(3)]);

    expect(counts).toEqual({
      messages: { received: 4, stored: 2, duplicate: 2, rejected: 0 },
      readings: { stored: 3, duplicate: 3, conflicting: 0, rejected: 0 },
    });
    expect(await waitingRows(store.pool)).toEqual([]);
    expect((await naturalRows(store.pool)).readings.every(({ connector_id }) => connector_id === 2)).toBe(
      true,
    );
  });

  it('never takes the Start of another charge point, or of another id', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([
      stopMessage(0),
      startMessage(1, { transactionId: '8' }),
      startMessage(2, {}, { chargePointId: 'CP-2' }),
    ]);

    expect(await waitingRows(store.pool)).toHaveLength(2);
    expect(await sessionRows(store.pool)).toMatchObject([
      { charge_point_id: 'CP-1', external_id: '7', status: 'unmatched' },
      { charge_point_id: 'CP-1', external_id: '8', status: 'active' },
      { charge_point_id: 'CP-2', external_id: '7', status: 'active' },
    ]);
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}

describe('the order of Start, MeterValues and Stop', () => {
  it('does not matter, in one batch or several, with repetitions and contradictions among them', async () => {
    const told: SinkMessage[] = [
      startMessage(0),
      startMessage(1, { idTag: 'TAG-0', meterStartWh: 1_100 }),
      // One value that the Stop tells as well, and one that contradicts it.
      message(2, [
        reading({
          connectorId: 2,
          transactionId: '7',
          context: 'Transaction.End',
          timestampMs: T0 + 60_000,
          value: 2_500.5,
        }),
        reading({ connectorId: 2, transactionId: '7', timestampMs: T0 + 30_000, value: 1 }),
      ]),
      stopMessage(3, {}, [
        stopReading({ quality: 1 }),
        stopReading({ context: 'Sample.Periodic', timestampMs: T0 + 30_000, value: 3 }),
      ]),
      stopMessage(4, { reason: 'Other', meterStopWh: 2_600 }, [stopReading({ value: 0 })]),
    ];
    const ways: number[][] = [[], [2], [3], [1, 3], [2, 1]];
    // A third of them, each message by message, and in one of five other ways.
    const orders = permutations(told)
      .filter((_, index) => index % 3 === 0)
      .flatMap((order, index) => [
        { order, cuts: [1, 1, 1, 1] },
        { order, cuts: ways[index % ways.length] ?? [] },
      ]);
    const sink = store.sink();
    for (const [partition, { order, cuts }] of orders.entries()) {
      const chargePointId = `CP-${partition}`;
      const feeder = await Feeder.claim(sink, partition);
      const messages = order.map((each, offset) => ({
        ...each,
        offset,
        chargePointId,
        readings: each.readings.map((one) => ({ ...one, chargePointId })),
      }));
      for (const cut of [...cuts, messages.length]) {
        const batch = messages.splice(0, cut);
        if (batch.length > 0) await feeder.store(batch);
      }
    }

    const { waiting, ...tables } = await state();
    expect(waiting).toEqual([]);
    const { rows: counted } = await store.pool.query<{ charge_point_id: string }>(
      `select 'CP-' || partition as charge_point_id, readings_stored, readings_duplicate, readings_conflicting,
         messages_received, first_ts, last_ts
       from consumer_positions order by partition`,
    );
    const outcomes = new Map<string, string>();
    for (const [partition, { order }] of orders.entries()) {
      const mine = <Row extends { charge_point_id: string }>(rows: readonly Row[]) =>
        rows
          .filter((row) => row.charge_point_id === `CP-${partition}`)
          .map((row) => ({ ...row, charge_point_id: '' }));
      const { readings, conflicts, latest, sessions } = tables;
      const outcome = [readings, conflicts, latest, sessions, counted].map((rows) =>
        mine<{ charge_point_id: string }>(rows),
      );
      outcomes.set(JSON.stringify(outcome), order.map(({ messageId }) => messageId).join());
    }
    expect([...outcomes.keys()].slice(0, 2), [...outcomes.values()].join(' and ')).toHaveLength(1);
    const { rows: outcome } = await store.pool.query<object>(
      'select messages_stored, messages_duplicate, messages_rejected from consumer_positions order by partition',
    );
    for (let index = 0; index < orders.length; index += 2) {
      expect(outcome[index + 1], JSON.stringify(orders[index + 1])).toEqual(outcome[index]);
    }
    expect(tables.sessions[0]).toMatchObject({
      status: 'ended',
      meter_start_wh: 1_100,
      meter_stop_wh: 2_600,
      stop_reason: 'Other',
    });
    expect(counted[0]).toMatchObject({ readings_stored: 4, readings_conflicting: 4, readings_duplicate: 1 });
  });
});

describe('replaying a topic with sessions', () => {
  it('changes no row and no counter, whether the Start came or not', async () => {
    const told = [
      stopMessage(0),
      startMessage(1),
      stopMessage(2, { transactionId: '8' }),
      startMessage(3, { transactionId: '9' }),
      stopMessage(4, { transactionId: '9' }),
      stopMessage(5, { transactionId: '8', reason: 'Reboot' }, [stopReading({ value: 1 })]),
    ];
    const feeder = await Feeder.claim(store.sink());
    for (const each of told) await feeder.store([each]);
    const before = [await state(), await counters(store.pool)];

    for (const division of [[told], told.map((each) => [each])]) {
      await store.pool.query('update consumer_positions set next_offset = 0');
      const again = await Feeder.claim(store.sink());
      for (const batch of division) await again.store(batch);
      expect([await state(), await counters(store.pool)]).toEqual(before);
    }
  });
});
