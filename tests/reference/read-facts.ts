import { ALL_STORED_READINGS } from '../../store/compaction/stored-readings.js';
import type { Pool } from '../../store/pool.js';
import type { Conflict, Edit, Facts, Reading, Series, Session } from './model.js';

export interface SeriesColumns {
  readonly charge_point_id: string;
  readonly evse_id: number;
  readonly connector_id: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
}

type ReadingColumns = SeriesColumns & {
  readonly ts: Date;
  readonly context: string;
  readonly value: number;
  readonly transaction: string | null;
};

type ConflictColumns = SeriesColumns & { readonly ts: Date };

type EditColumns = SeriesColumns & {
  readonly id: number;
  readonly action: Edit['action'];
  readonly from_ts: Date;
  readonly to_ts: Date;
  readonly value: number | null;
  readonly transaction: string | null;
};

interface SessionColumns {
  readonly charge_point_id: string;
  readonly evse_id: number;
  readonly connector_id: number;
  readonly external_id: string;
  readonly started_at: Date;
  readonly ended_at: Date | null;
}

export const SERIES_COLUMNS =
  's.charge_point_id, s.evse_id, s.connector_id, s.measurand, s.phase, s.location, s.unit';

const READINGS = `
  select ${SERIES_COLUMNS}, r.ts, c.name as context, r.value, t.external_id as transaction
  from ${ALL_STORED_READINGS} r
  join series s on s.id = r.series_id
  join contexts c on c.id = r.context
  left join transactions t on t.id = r.transaction_id
  where starts_with(s.charge_point_id, $1)`;

const CONFLICTS = `
  select ${SERIES_COLUMNS}, r.ts
  from reading_conflicts r
  join series s on s.id = r.series_id
  where starts_with(s.charge_point_id, $1)`;

const SESSIONS = `
  select charge_point_id, coalesce(evse_id, 0) as evse_id, coalesce(connector_id, 0) as connector_id, external_id,
    started_at, ended_at
  from transactions
  where start_received_at is not null and started_at is not null and starts_with(charge_point_id, $1)`;

const EDITS = `
  select ${SERIES_COLUMNS}, e.id, e.action, e.from_ts, e.to_ts, e.value, t.external_id as transaction
  from edits e
  join series s on s.id = e.series_id
  left join transactions t on t.id = e.transaction_id
  where e.undone_at is null and starts_with(s.charge_point_id, $1)`;

/** What the aggregates of a database have to be made of. @param prefix of the charge points' ids. */
export async function readFacts(pool: Pool, prefix = ''): Promise<Facts> {
  const readings = await pool.query<ReadingColumns>(READINGS, [prefix]);
  const conflicts = await pool.query<ConflictColumns>(CONFLICTS, [prefix]);
  const sessions = await pool.query<SessionColumns>(SESSIONS, [prefix]);
  const edits = await pool.query<EditColumns>(EDITS, [prefix]);
  return {
    readings: readings.rows.map(readingOf),
    conflicts: conflicts.rows.map((row): Conflict => ({
      series: seriesOf(row),
      timestampMs: row.ts.getTime(),
    })),
    sessions: sessions.rows.map(sessionOf),
    edits: edits.rows.map((row): Edit => {
      const { id, action, value, transaction } = row;
      const [fromMs, toMs] = [row.from_ts.getTime(), row.to_ts.getTime()];
      return { series: seriesOf(row), id, action, fromMs, toMs, value, transaction };
    }),
  };
}

export function seriesOf(row: SeriesColumns): Series {
  return {
    chargePointId: row.charge_point_id,
    evseId: row.evse_id,
    connectorId: row.connector_id,
    measurand: row.measurand,
    phase: row.phase,
    location: row.location,
    unit: row.unit,
  };
}

function readingOf(row: ReadingColumns): Reading {
  return {
    series: seriesOf(row),
    timestampMs: row.ts.getTime(),
    context: row.context,
    value: row.value,
    transaction: row.transaction,
  };
}

function sessionOf(row: SessionColumns): Session {
  return {
    chargePointId: row.charge_point_id,
    evseId: row.evse_id,
    connectorId: row.connector_id,
    transaction: row.external_id,
    startedAtMs: row.started_at.getTime(),
    endedAtMs: row.ended_at?.getTime() ?? null,
  };
}
