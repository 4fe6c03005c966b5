import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeEnvelope, type Envelope } from '../../protocol/envelope.js';
import { judgeRecord } from '../../server/worker/judge-record.js';
import type { SinkMessage } from '../../store/reading-sink.js';
import { readSessionFigures } from '../../store/read/session-figures.js';
import { runRollups } from '../harness/run-rollups.js';
import {
  count,
  counters,
  Feeder,
  naturalRows,
  openStore,
  quarantinedParts,
  T0,
  type Store,
} from './store-harness.js';

const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: 0 };
const SESSION = '5d1f7c9e-8a52-4a6f-9c56-1f2e3d4c5b6a';

let store: Store;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const timeAt = (minute: number): string => new Date(T0 + minute * 60_000).toISOString();

type Payload = Readonly<Record<string, unknown>>;

function judged(
  offset: number,
  content: { kind: Envelope['kind']; payload: Payload },
  protocol = 'ocpp2.0.1',
) {
  const head = { v: 1, chargePointId: 'CP-1', protocol, messageId: `m${offset}`, receivedAt: T0 + offset };
  const value = Buffer.from(encodeEnvelope({ ...head, ...content } as Envelope));
  return judgeRecord(0, { offset, key: 'CP-1', value }, LIMITS);
}

const register = (minute: number, wh: number, context: string, more: Payload = {}) => ({
  timestamp: timeAt(minute),
  sampledValue: [
    { value: wh / 1_000, context, unitOfMeasure: { unit: 'kWh' }, ...more },
    { value: 7, measurand: 'Power.Active.Import', context, unitOfMeasure: { unit: 'W', multiplier: 3 } },
  ],
});

const signed = (data: string) => ({
  signedMeterValue: { signedMeterData: data, signingMethod: 'ECDSA', encodingMethod: 'OCMF', publicKey: 'k' },
});

const event = (eventType: string, minute: number, more: Payload = {}, info: Payload = {}) => ({
  kind: 'transactionEvent' as const,
  payload: {
    ...{ eventType, timestamp: timeAt(minute), triggerReason: 'Trigger', seqNo: minute },
    transactionInfo: { transactionId: SESSION, ...info },
    ...more,
  },
});

const meterValues = (evseId: number, minute: number, wh: number) => ({
  kind: 'meterValues' as const,
  payload: { evseId, meterValue: [register(minute, wh, 'Sample.Clock')] },
});

/** Plugged in first, authorized later: neither the EVSE nor the idToken is told by the Started, and each is told once. */
const EVENTS = [
  event('Started', 0, { meterValue: [register(0, 1_000_000, 'Transaction.Begin', signed('begin'))] }),
  event('Updated', 1, { idToken: { idToken: 'TAG-1', type: 'ISO14443' } }),
  event('Updated', 2, { evse: { id: 2 } }),
  event('Updated', 3, {
    evse: { id: 2, connectorId: 1 },
    meterValue: [register(3, 1_000_500, 'Sample.Periodic')],
  }),
  event('Updated', 6, { meterValue: [register(6, 1_001_000.5, 'Sample.Periodic')] }),
  meterValues(2, 7, 1_001_100),
  event(
    'Ended',
    9,
    { meterValue: [register(9, 1_001_500, 'Transaction.End', signed('end'))] },
    { stoppedReason: 'EVDisconnected' },
  ),
  meterValues(2, 20, 1_001_500),
];

async function played(target: Store, messages: readonly SinkMessage[], sizes: readonly number[]) {
  const feeder = await Feeder.claim(target.sink());
  let at = 0;
  for (let turn = 0; at < messages.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    await feeder.store(
      messages.slice(at, at + size).map((each, index) => ({ ...each, offset: feeder.position + index })),
    );
    at += size;
  }
  await runRollups(target.pool);
  return state(target);
}

/** All that must not depend on the order of arrival. */
async function state({ pool }: Store) {
  const { readings, conflicts, latest } = await naturalRows(pool);
  const rows = async (sql: string) => (await pool.query(sql)).rows as unknown[];
  const transactions = await pool.query<{ id: number }>('select id from transactions order by external_id');
  const figures = await readSessionFigures(
    async (text, values) => (await pool.query(text, values as unknown[])).rows as never,
    transactions.rows.map(({ id }) => id),
    'import',
  );
  return {
    ...{ readings, conflicts, latest },
    waiting: await count(pool, 'waiting_readings'),
    quarantine: await count(pool, 'quarantine'),
    sessions: await rows(
      `select external_id, status, evse_id, connector_id, evse_connector_id, id_tag, authorized_id_tag, started_at,
         meter_start_wh, stop_id_tag, ended_at, meter_stop_wh, stop_reason, first_reading_at, last_reading_at, end_was_read
       from transactions order by external_id`,
    ),
    signed: await rows(
      `select v.ts, t.external_id, v.evse_id, v.connector_id, v.context, v.encoding, v.signing_method, v.public_key, v.data
       from signed_values v left join transactions t on t.id = v.transaction_id order by v.ts, v.data`,
    ),
    rollups: await rows(
      `select s.evse_id, s.connector_id, s.measurand, s.unit, to_jsonb(r) - 'series_id' as row
       from rollup_15m r join series s on s.id = r.series_id order by 1, 2, 3, 4, r.bucket`,
    ),
    figures: [...figures.values()],
  };
}

describe('a session of OCPP 2.0.1', () => {
  it('has the facts of its events, its readings at its EVSE, its signed values, and its energy', async () => {
    const messages = EVENTS.map((each, offset) => judged(offset, each));
    expect(messages.flatMap(({ rejects }) => rejects)).toEqual([]);
    const all = await played(store, messages, [1]);

    expect(all).toMatchObject({ waiting: 0, quarantine: 0, conflicts: [] });
    expect(all.sessions).toEqual([
      {
        ...{ external_id: SESSION, status: 'ended', evse_id: 2, connector_id: 0, evse_connector_id: 1 },
        ...{ id_tag: '', authorized_id_tag: 'TAG-1', stop_id_tag: null, stop_reason: 'EVDisconnected' },
        ...{ started_at: new Date(timeAt(0)), meter_start_wh: 1_000_000 },
        ...{ ended_at: new Date(timeAt(9)), meter_stop_wh: 1_001_500 },
        ...{
          first_reading_at: new Date(timeAt(0)),
          last_reading_at: new Date(timeAt(9)),
          end_was_read: true,
        },
      },
    ]);
    const series = await store.pool.query(
      'select evse_id, connector_id, measurand, unit from series order by measurand',
    );
    expect(series.rows).toEqual([
      { evse_id: 2, connector_id: 0, measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
      { evse_id: 2, connector_id: 0, measurand: 'Power.Active.Import', unit: 'W' },
    ]);
    expect(all.readings.map(({ value, external_id }) => [value, external_id])).toEqual([
      ...[1_000_000, 1_000_500, 1_001_000.5].map((value) => [value, SESSION]),
      [1_001_100, null],
      [1_001_500, SESSION],
      [1_001_500, null],
      ...[0, 3, 6].map(() => [7_000, SESSION]),
      [7_000, null],
      [7_000, SESSION],
      [7_000, null],
    ]);
    expect(all.signed).toMatchObject([
      {
        data: 'begin',
        connector_id: -1,
        external_id: SESSION,
        context: 'Transaction.Begin',
        encoding: 'OCMF',
      },
      { data: 'end', connector_id: -1, external_id: SESSION, context: 'Transaction.End', public_key: 'k' },
    ]);
    expect(all.figures).toEqual([
      {
        ...{ evseId: 2, connectorId: 0, maxPowerW: 7_000 },
        energy: { measuredWh: 1_500, estimatedWh: 0, suspectWh: 0 },
      },
    ]);
  });

  it('is the same in any order, repeated, and in batches of any size', { timeout: 240_000 }, async () => {
    const expected = await played(
      store,
      EVENTS.map((each, offset) => judged(offset, each)),
      [1],
    );
    const order = fc.shuffledSubarray([...EVENTS.keys()], {
      minLength: EVENTS.length,
      maxLength: EVENTS.length,
    });
    const again = fc.array(fc.nat({ max: EVENTS.length - 1 }), { maxLength: 5 });
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(order, again, sizes, async (first, repeats, flushes) => {
        const other = await openStore();
        try {
          const messages = [...first, ...repeats].flatMap((index, offset) => {
            const each = EVENTS[index];
            return each === undefined ? [] : [judged(offset, each)];
          });
          expect(await played(other, messages, flushes)).toEqual(expected);
          expect(await counters(other.pool)).toMatchObject({
            ...{ received: messages.length, messages_rejected: 0, stored: 12, conflicting: 0, rejected: 0 },
          });
        } finally {
          await other.close();
        }
      }),
      { numRuns: 15 },
    );
  });

  it('has its EVSE from an Updated when the Started is lost', async () => {
    const lost = EVENTS.slice(2, 5).map((each, offset) => judged(offset, each));
    const { sessions, readings, waiting } = await played(store, lost, [3]);
    expect(sessions).toMatchObject([
      { status: 'observed', evse_id: 2, evse_connector_id: 1, started_at: null },
    ]);
    expect(readings).toHaveLength(4);
    expect(waiting).toBe(0);
  });

  it('keeps readings waiting until its EVSE is told', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store(
      [0, 4, 6].map((index, offset) => judged(offset, EVENTS[index] ?? meterValues(1, 0, 0))),
    );
    expect(await count(store.pool, 'waiting_readings')).toBe(6);
    expect(await count(store.pool, 'readings')).toBe(0);
    await feeder.store([judged(3, event('Updated', 2, { evse: { id: 2 } }))]);
    expect(await count(store.pool, 'waiting_readings')).toBe(0);
    expect(await count(store.pool, 'readings')).toBe(6);
  });

  it('counts an Updated without news as a duplicate, as every message told again', async () => {
    const feeder = await Feeder.claim(store.sink());
    const counts = await feeder.store(
      [...EVENTS, ...EVENTS, event('Updated', 30)].map((each, offset) => judged(offset, each)),
    );
    const { length } = EVENTS;
    expect(counts.messages).toEqual({
      received: 2 * length + 1,
      stored: length,
      duplicate: length + 1,
      rejected: 0,
    });
  });

  it('stays at the EVSE that was told first when another is told, also when the log is read again', async () => {
    const contradicting = [
      ...EVENTS,
      event('Updated', 7, { evse: { id: 3 } }),
      event('Updated', 8, { meterValue: [register(8, 1_001_200, 'Sample.Periodic')] }),
    ];
    const messages = contradicting.map((each, offset) => judged(offset, each));
    const once = await played(store, messages, [1]);
    expect(once.sessions).toMatchObject([{ evse_id: 2 }]);
    expect(await played(store, messages, [4])).toEqual(once);
  });

  it('that is held is judged again, with its signed values, when it is sent again', async () => {
    const feeder = await Feeder.claim(store.sink({ unknownChargePoints: 'refuse' }));
    await feeder.store([judged(0, EVENTS[0] ?? event('Started', 0))]);
    const [part] = await quarantinedParts(store.pool);
    expect(part).toMatchObject({ reason: 'unknown_charge_point', raw_kind: 'judged' });
    expect(JSON.parse(part?.raw ?? '')).toMatchObject({
      readings: [{}, {}],
      session: { kind: 'start', transactionId: SESSION },
      signedValues: [{ data: 'begin' }],
    });
  });
});

describe('signed values of OCPP 1.6', () => {
  const ocmf = (sequence: number) => ({
    ...{ value: `OCMF|{"PG":"T${sequence}"}|{"SD":"00"}`, format: 'SignedData', context: 'Transaction.End' },
  });
  const stop = {
    kind: 'stopTransaction' as const,
    payload: {
      ...{ transactionId: 7, meterStop: 2_000, timestamp: timeAt(9) },
      transactionData: [{ timestamp: timeAt(9), sampledValue: [ocmf(1), { value: '2000.4' }] }],
    },
  };
  const alone = {
    kind: 'meterValues' as const,
    payload: { connectorId: 1, meterValue: [{ timestamp: timeAt(3), sampledValue: [ocmf(2)] }] },
  };

  it('are stored once, without a reading of their own; a message of nothing else counts as stored, then as repeated', async () => {
    const feeder = await Feeder.claim(store.sink());
    const first = await feeder.store([judged(0, alone, 'ocpp1.6'), judged(1, stop, 'ocpp1.6')]);
    const second = await feeder.store([judged(2, stop, 'ocpp1.6'), judged(3, alone, 'ocpp1.6')]);

    expect(first.messages).toEqual({ received: 2, stored: 2, duplicate: 0, rejected: 0 });
    expect(second.messages).toEqual({ received: 2, stored: 0, duplicate: 2, rejected: 0 });
    expect((await state(store)).signed).toMatchObject([
      { data: ocmf(2).value, connector_id: 1, external_id: null, encoding: 'OCMF' },
      { data: ocmf(1).value, connector_id: -1, external_id: '7' },
    ]);
    expect(await count(store.pool, 'readings')).toBe(0);
    expect(await count(store.pool, 'waiting_readings')).toBe(2);
  });

  it('that differ in anything but their arrival are all kept', async () => {
    const feeder = await Feeder.claim(store.sink());
    const told = { ...ocmf(1), location: 'Inlet' };
    const other = {
      kind: 'meterValues' as const,
      payload: {
        connectorId: 1,
        meterValue: [{ timestamp: timeAt(3), sampledValue: [told, ocmf(1), ocmf(2)] }],
      },
    };
    await feeder.store([judged(0, alone, 'ocpp1.6'), judged(1, other, 'json'), judged(2, alone, 'json')]);
    expect(await count(store.pool, 'signed_values')).toBe(3);
  });
});
