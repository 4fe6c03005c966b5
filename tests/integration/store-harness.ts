import pino from 'pino';
import { Registry } from 'prom-client';
import type { Reading } from '../../protocol/reading.js';
import type { Reject } from '../../protocol/reject.js';
import { PgReadingSink, type PgReadingSinkOptions } from '../../store/pg-reading-sink.js';
import { createPool, type Pool } from '../../store/pool.js';
import type { Claim, SinkBatch, SinkMessage } from '../../store/reading-sink.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { urlOfPart } from '../harness/role-logins.js';

export const TOPIC = 'meter-readings';
export const T0 = Date.UTC(2026, 0, 15, 12);

export interface Store {
  readonly url: string;
  /** The owner's, for a test's own questions. */
  readonly pool: Pool;
  /** Another sink on the same database, as another worker would have. */
  sink(options?: Partial<PgReadingSinkOptions>): PgReadingSink;
  close(): Promise<void>;
}

/** A migrated database, by default one of its own, with a pool of the worker's user that all its sinks share unless they are given another. */
export async function openStore(given?: TestDatabase): Promise<Store> {
  const database = given ?? (await createTestDatabase({ migrated: true }));
  const pool = createPool({ url: database.url, max: 8, applicationName: 'store-test' });
  const ofWorker = createPool({
    url: urlOfPart(database.url, 'worker'),
    max: 8,
    applicationName: 'store-test',
  });
  return {
    url: database.url,
    pool,
    sink: (options = {}) =>
      new PgReadingSink({
        pool: ofWorker,
        topic: TOPIC,
        unknownChargePoints: 'register',
        partitionsMax: 100,
        logger: pino({ level: 'silent' }),
        registry: new Registry(),
        now: () => T0,
        ...options,
      }),
    close: async () => {
      await Promise.all([pool.end(), ofWorker.end()]);
      await database.drop();
    },
  };
}

export function reading(overrides: Partial<Reading> = {}): Reading {
  return {
    chargePointId: 'CP-1',
    evseId: 0,
    connectorId: 1,
    measurand: 'Energy.Active.Import.Register',
    phase: '',
    location: 'Outlet',
    unit: 'Wh',
    context: 'Sample.Periodic',
    timestampMs: T0,
    value: 1,
    transactionId: null,
    quality: 0,
    ...overrides,
  };
}

export function message(
  offset: number,
  readings: readonly Reading[],
  overrides: Partial<SinkMessage> = {},
): SinkMessage {
  return {
    partition: 0,
    offset,
    chargePointId: readings[0]?.chargePointId ?? 'CP-1',
    protocol: 'ocpp1.6',
    messageId: `m${offset}`,
    receivedAt: T0 + offset,
    readings,
    rejects: [],
    session: null,
    redriveOf: null,
    ...overrides,
  };
}

export const reject = (overrides: Partial<Reject> = {}): Reject => ({
  reason: 'invalid_value',
  path: '/meterValue/0/sampledValue/0/value',
  detail: 'not a number',
  raw: '"x"',
  rawKind: 'meterValues',
  ...overrides,
});

/** Hands batches of one partition to a sink as its worker does: from the claimed position on. */
export class Feeder {
  private constructor(
    private readonly sink: PgReadingSink,
    readonly partition: number,
    private readonly epoch: number,
    public position: number,
  ) {}

  static async claim(sink: PgReadingSink, partition = 0): Promise<Feeder> {
    const claim: Claim = await sink.claim(partition);
    return new Feeder(sink, partition, claim.epoch, claim.nextOffset ?? 0);
  }

  batch(
    messages: readonly SinkMessage[],
    nextOffset = (messages.at(-1)?.offset ?? this.position - 1) + 1,
  ): SinkBatch {
    return {
      messages: messages.map((each) => ({ ...each, partition: this.partition })),
      positions: [
        { partition: this.partition, epoch: this.epoch, expectedOffset: this.position, nextOffset },
      ],
    };
  }

  async store(messages: readonly SinkMessage[], nextOffset?: number) {
    const batch = this.batch(messages, nextOffset);
    const counts = await this.sink.store(batch);
    this.position = batch.positions[0]?.nextOffset ?? this.position;
    return counts;
  }
}

export interface NaturalRow {
  charge_point_id: string;
  connector_id: number;
  measurand: string;
  phase: string;
  unit: string;
  ts: Date;
  context: string;
  value: number;
  external_id: string | null;
  quality: number;
}

/** All that is stored, by natural keys and without times of arrival: what must not depend on the order of messages. */
export async function naturalRows(pool: Pool) {
  const query = (table: string, order: string) =>
    pool.query<NaturalRow>(
      `select s.charge_point_id, s.connector_id, s.measurand, s.phase, s.unit, r.ts, c.name as context, r.value,
         t.external_id, r.quality
       from ${table} r join series s on s.id = r.series_id join contexts c on c.id = r.context
         left join transactions t on t.id = r.transaction_id
       order by 1, 2, 3, 4, 5, 6, 7 ${order}`,
    );
  return {
    readings: (await query('readings', '')).rows,
    conflicts: (await query('reading_conflicts', ', 8')).rows,
    latest: (await query('latest_readings', '')).rows,
  };
}

export async function counters(pool: Pool) {
  const { rows } = await pool.query(
    `select sum(messages_received)::int as received, sum(messages_stored)::int as messages_stored,
       sum(messages_duplicate)::int as messages_duplicate, sum(messages_rejected)::int as messages_rejected,
       sum(readings_stored)::int as stored, sum(readings_duplicate)::int as duplicate,
       sum(readings_conflicting)::int as conflicting, sum(readings_rejected)::int as rejected,
       min(first_ts) as first, max(last_ts) as last
     from consumer_positions`,
  );
  return rows[0] as Record<string, unknown>;
}

export async function count(pool: Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`select count(*) as n from ${table}`);
  return rows[0]?.n ?? 0;
}

export interface QuarantinedPart {
  id: number;
  offset: number;
  path: string;
  reason: string;
  detail: string;
  raw: string;
  raw_kind: string | null;
  redriven_at: Date | null;
  resolved_at: Date | null;
}

export async function quarantinedParts(pool: Pool): Promise<QuarantinedPart[]> {
  const { rows } = await pool.query<QuarantinedPart & { raw: Buffer }>(
    `select id, "offset", path, reason, detail, raw, raw_kind, redriven_at, resolved_at from quarantine
     order by "offset", path`,
  );
  return rows.map((row) => ({ ...row, raw: row.raw.toString() }));
}
