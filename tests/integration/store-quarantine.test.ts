import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChargePointDirectory } from '../../store/charge-point-directory.js';
import {
  count,
  counters,
  Feeder,
  message,
  naturalRows,
  openStore,
  reading,
  reject,
  T0,
  type Store,
} from './store-harness.js';

let store: Store;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

interface Kept {
  partition: number;
  offset: number;
  path: string;
  reason: string;
  charge_point_id: string | null;
  message_id: string | null;
  detail: string;
  raw: string;
  raw_kind: string | null;
}

async function kept(): Promise<Kept[]> {
  const { rows } = await store.pool.query<Kept & { raw: Buffer }>(
    `select partition, "offset", path, reason, charge_point_id, message_id, detail, raw, raw_kind from quarantine order by "offset", path`,
  );
  return rows.map((row) => ({ ...row, raw: row.raw.toString() }));
}

describe('unknown charge points', () => {
  it('are added to the registry by the policy "register"', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [reading({ chargePointId: 'new' })])]);

    const { rows } = await store.pool.query('select id, status from charge_points');
    expect(rows).toEqual([{ id: 'new', status: 'active' }]);
  });

  it('are added as held by "hold", and stored within seconds of being approved', async () => {
    let now = T0;
    const feeder = await Feeder.claim(store.sink({ unknownChargePoints: 'hold', now: () => now }));
    const both = [reading(), reading({ measurand: 'Voltage', unit: 'V' })];

    const held = await feeder.store([message(0, both, { rejects: [reject()] })]);

    expect(held.messages).toEqual({ received: 1, stored: 0, duplicate: 0, rejected: 1 });
    expect(held.readings).toEqual({ stored: 0, duplicate: 0, conflicting: 0, rejected: 2 });
    const { rows } = await store.pool.query('select id, status from charge_points');
    expect(rows).toEqual([{ id: 'CP-1', status: 'held' }]);
    expect((await kept())[0]).toMatchObject({
      path: '',
      reason: 'unknown_charge_point',
      raw: JSON.stringify({ readings: both, session: null }),
      raw_kind: 'judged',
    });

    await store.pool.query(`update charge_points set status = 'active'`);
    now += 5_000;
    expect((await feeder.store([message(1, both)])).readings.stored).toBe(2);
  });

  it('stay unknown by "refuse", until somebody adds them', async () => {
    let now = T0;
    const feeder = await Feeder.claim(store.sink({ unknownChargePoints: 'refuse', now: () => now }));

    await feeder.store([message(0, [reading()]), message(1, [reading({ value: 2 })])]);

    expect(await count(store.pool, 'charge_points')).toBe(0);
    expect((await kept()).map(({ reason }) => reason)).toEqual([
      'unknown_charge_point',
      'unknown_charge_point',
    ]);
    await store.pool.query(`insert into charge_points (id) values ('CP-1')`);
    now += 5_000;
    expect((await feeder.store([message(2, [reading()])])).readings.stored).toBe(1);
  });

  it('are told from known ones at the door, in one question for many', async () => {
    let now = T0;
    await store.pool.query(
      `insert into charge_points (id, status) values ('a', 'active'), ('h', 'held'), ('r', 'retired')`,
    );
    const directory = new ChargePointDirectory(store.pool, { ttlMs: 1_000, now: () => now });
    const ask = (...ids: string[]) => Promise.all(ids.map((id) => directory.isKnown(id)));

    expect(await ask('a', 'h', 'r', 'none', 'nul\0', 'a')).toEqual([true, true, false, false, false, true]);

    await store.pool.query(`insert into charge_points (id) values ('none')`);
    expect(await ask('none')).toEqual([false]);
    now += 1_001;
    expect(await ask('none')).toEqual([true]);
  });
});

describe('poison', () => {
  it('of any text is kept without failing the flush or its neighbours', async () => {
    const feeder = await Feeder.claim(store.sink());
    const nasty = 'a\0b\ud800\u0007';

    const counts = await feeder.store([
      message(0, [], {
        chargePointId: nasty,
        messageId: nasty,
        rejects: [reject({ detail: nasty, path: `/${nasty}`, raw: nasty })],
      }),
      message(1, [], {
        chargePointId: null,
        protocol: null,
        messageId: null,
        receivedAt: null,
        rejects: [reject({ path: '' })],
      }),
      message(2, [], {
        rejects: [reject({ path: '/'.padEnd(100_000, 'x'), detail: 'd'.repeat(10_000), raw: '' })],
      }),
      message(3, [reading()]),
    ]);

    expect(counts.messages).toEqual({ received: 4, stored: 1, duplicate: 0, rejected: 3 });
    const rows = await kept();
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      charge_point_id: 'a\ufffdb\ufffd\ufffd',
      detail: 'a\ufffdb\ufffd\ufffd',
    });
    expect(rows[0]?.raw).toBe('a\0b\ufffd\u0007');
    expect(rows[2]?.path).toHaveLength(500);
  });

  it('in a name, a number or a time refuses that reading alone', async () => {
    const feeder = await Feeder.claim(store.sink());

    const counts = await feeder.store([
      message(0, [
        reading(),
        reading({ measurand: 'a\0b' }),
        reading({ context: 'x\ud800' }),
        reading({ transactionId: '\0' }),
        reading({ connectorId: 2 ** 31 }),
        reading({ evseId: -1 }),
        reading({ value: NaN }),
        reading({ value: Infinity }),
        reading({ timestampMs: NaN }),
        reading({ timestampMs: Date.UTC(9999, 0) }),
        reading({ timestampMs: T0 + 1 }),
      ]),
      message(1, [reading({ chargePointId: 'nul\0' })]),
      message(2, [reading({ chargePointId: 'x'.repeat(300) })]),
    ]);

    expect(counts.readings).toEqual({ stored: 2, duplicate: 0, conflicting: 0, rejected: 11 });
    expect((await kept()).map(({ path, reason }) => `${path} ${reason}`).sort()).toEqual(
      [
        ' invalid_charge_point',
        ' invalid_charge_point',
        '/readings/1 invalid_name',
        '/readings/2 invalid_name',
        '/readings/3 invalid_transaction',
        '/readings/4 invalid_connector',
        '/readings/5 invalid_connector',
        '/readings/6 value_out_of_range',
        '/readings/7 value_out_of_range',
        '/readings/8 timestamp_out_of_range',
        '/readings/9 timestamp_out_of_range',
      ].sort(),
    );
  });

  it('that exhausts the contexts refuses new ones and leaves the known ones working', async () => {
    await store.pool.query(`insert into contexts (id, name) values (30000, 'last')`);
    const feeder = await Feeder.claim(store.sink());

    const counts = await feeder.store([
      message(0, [reading({ context: 'one more' }), reading(), reading({ context: 'last' })]),
    ]);

    expect(counts.readings).toMatchObject({ stored: 2, rejected: 1 });
    expect(await kept()).toMatchObject([{ path: '/readings/0', reason: 'invalid_name' }]);
  });

  it('of many mebibytes goes in by parts', async () => {
    const feeder = await Feeder.claim(store.sink());
    const raw = 'x'.repeat(3_000_000);

    await feeder.store(Array.from({ length: 8 }, (_, at) => message(at, [], { rejects: [reject({ raw })] })));

    expect((await kept()).map((row) => row.raw.length)).toEqual(new Array(8).fill(raw.length));
  });
});

describe('a batch that is refused in part', () => {
  it('counts a part once, although the message names it twice', async () => {
    const feeder = await Feeder.claim(store.sink());
    const counts = await feeder.store([
      message(0, [], { rejects: [reject(), reject({ reason: 'missing_value' })] }),
    ]);

    expect(counts.readings.rejected).toBe(1);
    expect(await count(store.pool, 'quarantine')).toBe(1);
    expect(await counters(store.pool)).toMatchObject({ rejected: 1 });
    expect((await naturalRows(store.pool)).readings).toEqual([]);
  });
});
