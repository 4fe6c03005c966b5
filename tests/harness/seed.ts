import type pg from 'pg';

export interface SeedSeries {
  readonly chargePointId: string;
  readonly connectorId?: number;
  readonly measurand?: string;
  readonly phase?: string;
  readonly location?: string;
  readonly unit?: string;
}

export interface SeedReading {
  readonly seriesId: number;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly value: number;
  readonly context?: number;
  readonly transactionId?: number | null;
  readonly quality?: number;
}

export interface SeedSession {
  readonly chargePointId: string;
  readonly id: string;
  /** Whether a start is known; default: when it has a time. */
  readonly started?: boolean;
  readonly stopped?: boolean;
  readonly connectorId?: number;
  readonly idTag?: string;
  readonly startedAt?: string;
  readonly meterStartWh?: number;
  readonly endedAt?: string;
  readonly meterStopWh?: number;
  readonly reason?: string;
}

type Queryable = Pick<pg.Client, 'query'>;

/** Puts rows into the schema by plain SQL, so that reads can be tested without the write path. */
export class Seed {
  constructor(private readonly database: Queryable) {}

  async chargePoint(id: string, site = ''): Promise<void> {
    await this.database.query('insert into charge_points (id, site) values ($1, $2) on conflict do nothing', [
      id,
      site,
    ]);
  }

  async series(series: SeedSeries): Promise<number> {
    await this.chargePoint(series.chargePointId);
    const { rows } = await this.database.query<{ id: number }>(
      `insert into series (charge_point_id, connector_id, measurand, phase, location, unit)
       values ($1, $2, $3, $4, $5, $6) returning id`,
      [
        series.chargePointId,
        series.connectorId ?? 1,
        series.measurand ?? 'Energy.Active.Import.Register',
        series.phase ?? '',
        series.location ?? 'Outlet',
        series.unit ?? 'Wh',
      ],
    );
    return first(rows).id;
  }

  async transaction(chargePointId: string, externalId: string): Promise<number> {
    const { rows } = await this.database.query<{ id: string }>(
      'insert into transactions (charge_point_id, external_id) values ($1, $2) returning id',
      [chargePointId, externalId],
    );
    return Number(first(rows).id);
  }

  /** A charging session as far as it is told of; gives the id of its row. */
  async session(session: SeedSession): Promise<number> {
    await this.chargePoint(session.chargePointId);
    const { startedAt = null, endedAt = null } = session;
    const { rows } = await this.database.query<{ id: string }>(
      `insert into transactions (charge_point_id, external_id, start_received_at, evse_id, connector_id, id_tag, started_at,
         meter_start_wh, stop_received_at, ended_at, meter_stop_wh, stop_reason)
       values ($1, $2, case when $3 then now() end, case when $3 then 0 end, $4, $5, $6, $7, case when $8 then now() end, $9, $10, $11)
       returning id`,
      [
        session.chargePointId,
        session.id,
        session.started ?? startedAt !== null,
        session.connectorId ?? null,
        session.idTag ?? null,
        startedAt,
        session.meterStartWh ?? null,
        session.stopped ?? endedAt !== null,
        endedAt,
        session.meterStopWh ?? null,
        session.reason ?? null,
      ],
    );
    return Number(first(rows).id);
  }

  /** `day` as 2026-01-31, UTC. */
  async day(day: string): Promise<void> {
    const next = new Date(Date.parse(day) + 86_400_000).toISOString();
    await this.database.query(
      `create table if not exists "readings_${day.replaceAll('-', '')}" partition of readings
       for values from ('${new Date(day).toISOString()}') to ('${next}')`,
    );
  }

  /** With the partitions they need, the latest reading of each series, and the times in the books. */
  async readings(readings: readonly SeedReading[]): Promise<void> {
    for (const day of new Set(readings.map(({ timestamp }) => timestamp.slice(0, 10)))) await this.day(day);
    await this.database.query(
      `insert into readings (series_id, ts, context, value, transaction_id, quality, received_at, batch_id)
       select *, now(), 1 from unnest($1::int[], $2::timestamptz[], $3::smallint[], $4::float8[], $5::bigint[], $6::smallint[])`,
      columns(readings),
    );
    await this.database.query(
      `insert into latest_readings (series_id, ts, context, value, transaction_id, quality, received_at)
       select distinct on (s) s, ts, c, v, t, q, now()
       from unnest($1::int[], $2::timestamptz[], $3::smallint[], $4::float8[], $5::bigint[], $6::smallint[]) as r(s, ts, c, v, t, q)
       order by s, ts desc, c desc
       on conflict (series_id) do update set ts = excluded.ts, value = excluded.value, context = excluded.context
       where (excluded.ts, excluded.context) > (latest_readings.ts, latest_readings.context)`,
      columns(readings),
    );
    const times = readings.map(({ timestamp }) => Date.parse(timestamp)).sort((a, b) => a - b);
    await this.position({ first: times[0] ?? 0, last: times.at(-1) ?? 0, stored: readings.length });
  }

  /** Moves the books on. Times in ms. */
  async position(moved: { first: number; last: number; stored: number }): Promise<void> {
    await this.database.query(
      `insert into consumer_positions as p
         (topic, partition, next_offset, messages_received, messages_stored, readings_stored, first_ts, last_ts)
       values ('seed', 0, 1, 1, 1, $1, $2, $3)
       on conflict (topic, partition) do update set
         messages_received = p.messages_received + 1,
         messages_stored = p.messages_stored + 1,
         readings_stored = p.readings_stored + excluded.readings_stored,
         first_ts = least(p.first_ts, excluded.first_ts),
         last_ts = greatest(p.last_ts, excluded.last_ts)`,
      [moved.stored, new Date(moved.first).toISOString(), new Date(moved.last).toISOString()],
    );
  }

  async conflict(reading: SeedReading): Promise<void> {
    await this.database.query(
      `insert into reading_conflicts (series_id, ts, context, value, transaction_id, quality, received_at, batch_id)
       values ($1, $2, $3, $4, $5, $6, now(), 1)`,
      columns([reading]).map(([value]) => value),
    );
  }

  async finding(finding: {
    readonly seriesId: number;
    readonly rule: string;
    /** ISO 8601. */
    readonly from: string;
    readonly to?: string;
    readonly state?: string;
    readonly withdrawn?: boolean;
    readonly evidence?: object;
  }): Promise<void> {
    const { seriesId, rule, from, to = from, state = 'open', withdrawn = false, evidence = {} } = finding;
    await this.database.query(
      `insert into findings (series_id, rule, from_ts, to_ts, state, withdrawn_at, evidence)
       values ($1, $2, $3, $4, $5, case when $6 then now() end, $7)`,
      [seriesId, rule, from, to, state, withdrawn, evidence],
    );
  }

  /** Gives the id of its row. */
  async quarantine(part: {
    offset: number;
    reason: string;
    chargePointId?: string | null;
    raw: Buffer | string;
    rawKind?: string;
    path?: string;
    receivedAt?: string;
    resolvedAt?: string;
  }): Promise<number> {
    const { rows } = await this.database.query<{ id: string }>(
      `insert into quarantine (topic, partition, "offset", path, charge_point_id, protocol, message_id, reason, detail, raw,
         raw_kind, received_at, resolved_at)
       values ('seed', 0, $1, $2, $3, 'json', 'm1', $4, 'why', $5, $6, $7, $8)
       returning id`,
      [
        part.offset,
        part.path ?? '',
        part.chargePointId ?? null,
        part.reason,
        Buffer.from(part.raw),
        part.rawKind ?? null,
        part.receivedAt ?? '2026-03-01T00:00:00Z',
        part.resolvedAt ?? null,
      ],
    );
    return Number(first(rows).id);
  }
}

function columns(readings: readonly SeedReading[]): unknown[][] {
  return [
    readings.map(({ seriesId }) => seriesId),
    readings.map(({ timestamp }) => timestamp),
    readings.map(({ context }) => context ?? 1),
    readings.map(({ value }) => value),
    readings.map(({ transactionId }) => transactionId ?? null),
    readings.map(({ quality }) => quality ?? 0),
  ];
}

function first<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('insert .. returning gives a row');
  return row;
}
