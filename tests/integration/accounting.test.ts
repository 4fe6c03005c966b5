import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditBooks, keepBooks } from '../../store/accounting/books.js';
import { missingOf, unbookedOf, type DayCheck } from '../../store/accounting/check-day.js';
import { readAccountFigures } from '../../store/accounting/account-figures.js';
import { dayOf, isoDate, partitionName } from '../../store/partitions.js';
import { replayPositions } from '../../store/reset-positions.js';
import { Feeder, message, openStore, reading, reject, T0, TOPIC, type Store } from './store-harness.js';
import { startMessage, stopMessage } from './session-harness.js';

const DAY_MS = 86_400_000;
const MINUTE = 60_000;
const TODAY = dayOf(T0);
/** In minutes from T0. */
const LONG_AGO = -60 * 24 * 40;

let store: Store;
let feeder: Feeder;
beforeEach(async () => {
  store = await openStore();
  feeder = await Feeder.claim(store.sink());
});
afterEach(() => store.close());

async function round(options: { fullMs?: number; today?: number } = {}): Promise<DayCheck[]> {
  const checks: DayCheck[] = [];
  await keepBooks(store.pool, {
    today: TODAY,
    fullMs: DAY_MS,
    signal: new AbortController().signal,
    onChecked: (check) => checks.push(check),
    ...options,
  });
  return checks;
}

async function audit(writeOffReason: string | null = null): Promise<DayCheck[]> {
  const checks: DayCheck[] = [];
  const origin = {
    actor: 'somebody',
    actorKind: 'operator',
    address: null,
    source: 'command',
    requestId: null,
  } as const;
  await auditBooks(
    store.pool,
    {
      from: null,
      to: null,
      writeOff: writeOffReason === null ? null : { origin, reason: writeOffReason },
    },
    { signal: new AbortController().signal, onChecked: (check) => checks.push(check) },
  );
  return checks;
}

const total = (checks: readonly DayCheck[]) => ({
  readings: checks.reduce((sum, each) => sum + each.readings, 0),
  missing: checks.reduce((sum, each) => sum + missingOf(each), 0),
  unbooked: checks.reduce((sum, each) => sum + unbookedOf(each), 0),
});

const books = async () =>
  (
    await store.pool.query(
      `select to_char(day, 'YYYY-MM-DD') as day, charge_point_id, received, duplicate, rejected, readings,
         readings_duplicate, readings_conflicting, readings_rejected
       from charge_point_days order by day, charge_point_id`,
    )
  ).rows as Record<string, unknown>[];

const at = (minutes: number, chargePointId = 'CP-1') =>
  reading({ chargePointId, timestampMs: T0 + minutes * MINUTE });

describe('the books', () => {
  it('have messages by the day of their arrival, and readings by their own', async () => {
    await feeder.store([
      message(0, [at(0), at(-24 * 60), at(1)]),
      message(1, [at(0)]),
      message(2, [{ ...at(0), value: 2 }, at(2)], { rejects: [reject()] }),
      message(3, [], { chargePointId: 'CP-2', rejects: [reject(), reject({ path: '/b' })] }),
      message(4, [], { chargePointId: null, receivedAt: null, rejects: [reject()] }),
      message(5, [at(-48 * 60, 'CP-2')]),
    ]);
    expect(total(await round())).toEqual({ readings: 5, missing: 0, unbooked: 0 });
    const nothing = {
      received: 0,
      duplicate: 0,
      rejected: 0,
      readings_duplicate: 0,
      readings_conflicting: 0,
      readings_rejected: 0,
    };
    const today = { ...nothing, day: isoDate(TODAY) };
    expect(await books()).toEqual([
      { ...nothing, day: isoDate(TODAY - 2), charge_point_id: 'CP-2', readings: 1 },
      { ...nothing, day: isoDate(TODAY - 1), charge_point_id: 'CP-1', readings: 1 },
      { ...today, charge_point_id: '', received: 1, rejected: 1, readings: 0, readings_rejected: 1 },
      {
        ...today,
        ...{ charge_point_id: 'CP-1', received: 3, duplicate: 1, readings: 3 },
        ...{ readings_duplicate: 1, readings_conflicting: 1, readings_rejected: 1 },
      },
      { ...today, charge_point_id: 'CP-2', received: 2, rejected: 1, readings: 0, readings_rejected: 2 },
    ]);
  });

  it('agree with the counters of the partitions', async () => {
    await feeder.store([message(0, [at(0)]), message(1, [at(0)]), message(2, [], { rejects: [reject()] })]);
    const other = await Feeder.claim(store.sink(), 1);
    await other.store([message(0, [at(0, 'CP-9'), at(1, 'CP-9')])]);
    await round();
    const { rows } = await store.pool.query(
      `select (select array[sum(messages_received), sum(messages_duplicate), sum(messages_rejected), sum(readings_stored)]::numeric[]
           from consumer_positions)
           = (select array[sum(received), sum(duplicate), sum(rejected), sum(readings)]::numeric[] from charge_point_days) as same`,
    );
    expect(rows).toEqual([{ same: true }]);
  });

  it('have readings that waited for their session, and a value that took the place of another, as one reading each', async () => {
    await feeder.store([stopMessage(0), message(1, [at(0)])]);
    await round();
    await feeder.store([startMessage(2), message(3, [{ ...at(0), value: 9 }])]);
    const { missing, unbooked } = total(await audit());
    expect({ missing, unbooked }).toEqual({ missing: 0, unbooked: 0 });
  });

  it('are kept by one process at a time, and by nobody who was cut off', async () => {
    await feeder.store([message(0, [at(0)])]);
    const results = await Promise.all([1, 2, 3].map(() => round()));
    expect(results.filter((checks) => checks.length > 0)).toHaveLength(1);
    expect(await round()).toHaveLength(1);
  });

  it('are exact while flushes go on', async () => {
    const flushes = (async () => {
      for (let offset = 0; offset < 60; offset++) {
        await feeder.store([
          message(2 * offset, [at(offset)]),
          message(2 * offset + 1, [at(offset - 720, 'CP-2')]),
        ]);
      }
    })();
    let rounds = 0;
    const over = new AbortController();
    const ended = flushes.finally(() => over.abort());
    while (!over.signal.aborted) {
      const { missing, unbooked } = total(await round());
      expect({ missing, unbooked }).toEqual({ missing: 0, unbooked: 0 });
      rounds += 1;
    }
    await ended;
    expect(rounds).toBeGreaterThan(1);
    expect(total(await audit())).toEqual({ readings: 120, missing: 0, unbooked: 0 });
  });
});

describe('a reading that is deleted by hand', () => {
  beforeEach(async () => {
    await feeder.store([
      message(0, [at(0), at(1), at(LONG_AGO)]),
      message(1, [at(0, 'CP-2'), at(LONG_AGO + 1, 'CP-2')]),
    ]);
    await round();
  });

  it('of today is told by the next round, with charge point and number', async () => {
    await store.pool.query('delete from readings where ts = $1', [new Date(T0 + MINUTE)]);
    const [today, ...others] = await round();
    expect(today?.day).toBe(TODAY);
    expect(today?.differences).toEqual([{ chargePointId: 'CP-1', stored: 2, standing: 1 }]);
    expect(others.flatMap(({ differences }) => differences)).toEqual([]);
    expect(await readAccountFigures(store.pool)).toMatchObject({ missing: 1, entries: 0 });
  });

  it('of a day long ago is told by the next round, since PostgreSQL counts deleted rows', async () => {
    expect((await round()).map(({ day }) => day)).toEqual([TODAY]);
    const old = partitionName(TODAY - 40);
    const client = await store.pool.connect();
    await client.query(`delete from ${old} where series_id = (select min(series_id) from ${old})`);
    // Otherwise within seconds: statistics of a session are written when it is idle.
    await client.query('select pg_stat_force_next_flush()');
    client.release();
    const checks = await round();
    expect(checks[0]?.day).toBe(TODAY - 40);
    expect(total(checks).missing).toBe(1);
  });

  it('is told when its whole partition is dropped, and when the statistics know nothing of it, at the latest by a full look', async () => {
    await store.pool.query(`truncate ${partitionName(TODAY - 40)}`);
    expect(total(await round()).missing).toBe(0);
    expect(total(await round({ fullMs: 0 })).missing).toBe(2);
    await store.pool.query(`update account_checks set missing = 0`);
    await store.pool.query(`drop table ${partitionName(TODAY - 40)}`);
    expect(total(await round()).missing).toBe(2);
  });

  it('is told until a replay of the topic brings it back, which is not counted twice', async () => {
    await store.pool.query('delete from readings where ts = $1', [new Date(T0 + MINUTE)]);
    expect(total(await round()).missing).toBe(1);
    await replayPositions(store.pool, TOPIC, { offset: 0 });
    const again = await Feeder.claim(store.sink());
    await again.store([message(0, [at(0), at(1), at(LONG_AGO)])]);
    expect(total(await round())).toMatchObject({ missing: 0, unbooked: 0 });
    expect((await readAccountFigures(store.pool)).missing).toBe(0);
  });

  it('is told no more once it is written off for a reason, which the audit keeps', async () => {
    await store.pool.query('delete from readings where ts = $1', [new Date(T0 + MINUTE)]);
    expect(total(await audit()).missing).toBe(1);
    expect(total(await audit('a test of ours')).missing).toBe(1);
    expect(total(await audit()).missing).toBe(0);
    expect(total(await round()).missing).toBe(0);
    const { rows } = await store.pool.query(
      `select subject, detail from audit where action = 'accounting.write-off'`,
    );
    expect(rows).toEqual([
      { subject: null, detail: { day: isoDate(TODAY), readings: 1, reason: 'a test of ours' } },
    ]);
  });
});

describe('readings that no flush counted', () => {
  it('are taken up, and are missing if they go later', async () => {
    await feeder.store([message(0, [at(0), at(1)])]);
    // As if they had been stored by a version that kept no books.
    await store.pool.query('truncate account_entries');
    expect(total(await round())).toEqual({ readings: 2, missing: 0, unbooked: 2 });
    expect(total(await round())).toEqual({ readings: 2, missing: 0, unbooked: 0 });
    await store.pool.query('delete from readings where ts = $1', [new Date(T0)]);
    expect(total(await round()).missing).toBe(1);
  });

  it('are those that a replay judges anew', async () => {
    await feeder.store([message(0, [], { rejects: [reject()] })]);
    await round();
    await replayPositions(store.pool, TOPIC, { offset: 0 });
    const again = await Feeder.claim(store.sink());
    await again.store([message(0, [at(0)])]);
    expect(total(await round())).toEqual({ readings: 1, missing: 0, unbooked: 1 });
  });
});
