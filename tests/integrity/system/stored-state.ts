import { createHash } from 'node:crypto';
import {
  conflictKey,
  latestText,
  readingKey,
  rejectText,
  seriesKey,
  sessionKey,
  type ExpectedReading,
  type ExpectedSession,
  type NaturalKey,
} from '../oracle.js';
import { query } from './log-ends.js';

/** The tables in the oracle's terms: natural keys instead of ids. */
export interface StoredState {
  readonly readings: ReadonlyMap<string, ExpectedReading>;
  readonly conflicts: ReadonlyMap<string, ExpectedReading>;
  readonly latest: ReadonlyMap<string, string>;
  readonly sessions: ReadonlyMap<string, ExpectedSession>;
  readonly waiting: ReadonlyMap<string, ExpectedReading>;
  /** One for each row in quarantine, sorted. */
  readonly rejects: readonly string[];
}

interface Row {
  charge_point_id: string;
  connector_id: number;
  measurand: string;
  phase: string;
  location: string;
  unit: string;
  context: string;
  ts: Date;
  value: number;
  transaction: string | null;
  quality: number;
}

const NATURAL = `
  s.charge_point_id, s.connector_id, s.measurand, s.phase, s.location, s.unit,
  c.name as context, r.ts, r.value, t.external_id as transaction, r.quality`;

const joined = (table: string): string => `
  select ${NATURAL} from ${table} r
  join series s on s.id = r.series_id
  join contexts c on c.id = r.context
  left join transactions t on t.id = r.transaction_id and t.charge_point_id = s.charge_point_id`;

/** -1: the connector of a session whose Start has not come. */
const WAITING = `
  select t.charge_point_id, -1 as connector_id, w.measurand, w.phase, w.location, w.unit, w.context, w.ts, w.value,
    t.external_id as transaction, w.quality
  from waiting_readings w join transactions t on t.id = w.transaction_id`;

interface SessionRow extends Omit<ExpectedSession, 'startedAt' | 'endedAt'> {
  readonly chargePointId: string;
  readonly externalId: string;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

const SESSIONS = `
  select charge_point_id as "chargePointId", external_id as "externalId", status, connector_id as "connectorId",
    id_tag as "idTag", started_at as "startedAt", meter_start_wh as "meterStartWh", stop_id_tag as "stopIdTag",
    ended_at as "endedAt", meter_stop_wh as "meterStopWh", stop_reason as "stopReason"
  from transactions`;

/** Throws when a table holds a natural key twice. */
export async function readStoredState(databaseUrl: string): Promise<StoredState> {
  const [readings, conflicts, latest] = await Promise.all(
    ['readings', 'reading_conflicts', 'latest_readings'].map((table) =>
      query<Row>(databaseUrl, joined(table)),
    ),
  );
  const waiting = await query<Row>(databaseUrl, WAITING);
  const sessions = await query<SessionRow>(databaseUrl, SESSIONS);
  const rejects = await query<{ charge_point_id: string; message_id: string; path: string; reason: string }>(
    databaseUrl,
    'select charge_point_id, message_id, path, reason from quarantine',
  );
  return {
    readings: uniquely(readings, (row) => [readingKey(keyOf(row)), said(row)]),
    conflicts: uniquely(conflicts, (row) => [conflictKey(keyOf(row), row.value), said(row)]),
    latest: uniquely(latest, (row) => [seriesKey(keyOf(row)), latestText(keyOf(row), row.value)]),
    sessions: new Map(sessions.map((row) => [sessionKey(row.chargePointId, row.externalId), knownOf(row)])),
    waiting: uniquely(waiting, (row) => [conflictKey(keyOf(row), row.value), said(row)]),
    rejects: rejects
      .map((row) => rejectText(row.charge_point_id, row.message_id, row.path, row.reason))
      .sort(),
  };
}

/** One hash over everything but quarantine, whose rows name the position on the log. */
export function digest(state: StoredState): string {
  const hash = createHash('sha256');
  for (const table of [state.readings, state.conflicts, state.latest, state.sessions, state.waiting]) {
    const lines = [...table].map(([key, value]) => `${key} -> ${JSON.stringify(value)}`).sort();
    hash.update(lines.join('\n'));
  }
  return hash.digest('hex');
}

function keyOf(row: Row): NaturalKey {
  return {
    chargePointId: row.charge_point_id,
    connectorId: row.connector_id,
    measurand: row.measurand,
    phase: row.phase,
    location: row.location,
    unit: row.unit,
    context: row.context,
    time: row.ts.toISOString(),
  };
}

function said({ value, transaction, quality }: Row): ExpectedReading {
  return { value, transaction, quality };
}

/** In the order in which the oracle names them: tables are compared by their JSON text. */
function knownOf(row: SessionRow): ExpectedSession {
  return {
    status: row.status,
    connectorId: row.connectorId,
    idTag: row.idTag,
    startedAt: row.startedAt?.toISOString() ?? null,
    meterStartWh: row.meterStartWh,
    stopIdTag: row.stopIdTag,
    endedAt: row.endedAt?.toISOString() ?? null,
    meterStopWh: row.meterStopWh,
    stopReason: row.stopReason,
  };
}

function uniquely<T>(rows: readonly Row[] | undefined, entry: (row: Row) => [string, T]): Map<string, T> {
  const entries = new Map<string, T>();
  for (const row of rows ?? []) {
    const [key, value] = entry(row);
    if (entries.has(key)) throw new Error(`stored twice: ${key}`);
    entries.set(key, value);
  }
  return entries;
}
