import { execute } from '../execute.js';
import { flattenMeterValues } from '../../protocol/flatten.js';
import type { Reading } from '../../protocol/reading.js';
import type { LogMessage } from '../../server/broker/message-log.js';
import { LIMITS, type BenchMessage } from '../workload.js';

/** What the peers' sinks read: one reading a record. The field `id` is its natural key, as text. */
export interface ReadingRow {
  readonly id: string;
  readonly charge_point_id: string;
  readonly connector_id: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  readonly context: string;
  /** ms since 1970 UTC. */
  readonly ts: number;
  readonly value: number;
  readonly transaction_id: string | null;
}

/** The columns of {@link READINGS_TABLE} with their types in PostgreSQL and in Kafka Connect's schema. */
export const COLUMNS = [
  { name: 'id', postgres: 'text', connect: { type: 'string' } },
  { name: 'charge_point_id', postgres: 'text', connect: { type: 'string' } },
  { name: 'connector_id', postgres: 'integer', connect: { type: 'int32' } },
  { name: 'measurand', postgres: 'text', connect: { type: 'string' } },
  { name: 'phase', postgres: 'text', connect: { type: 'string' } },
  { name: 'location', postgres: 'text', connect: { type: 'string' } },
  { name: 'unit', postgres: 'text', connect: { type: 'string' } },
  { name: 'context', postgres: 'text', connect: { type: 'string' } },
  {
    name: 'ts',
    postgres: 'timestamptz',
    connect: { type: 'int64', name: 'org.apache.kafka.connect.data.Timestamp', version: 1 },
  },
  { name: 'value', postgres: 'double precision', connect: { type: 'double' } },
  { name: 'transaction_id', postgres: 'text', connect: { type: 'string', optional: true } },
] as const satisfies readonly { name: keyof ReadingRow; postgres: string; connect: object }[];

export const READINGS_TABLE = 'readings';
/** The id of a reading that no sink should store. */
export const POISON_ID = 'poison';
const SCHEMA = JSON.stringify({
  type: 'struct',
  optional: false,
  fields: COLUMNS.map(({ name, connect }) => ({ optional: false, ...connect, field: name })),
});

export function readingRows(messages: readonly BenchMessage[]): ReadingRow[] {
  return messages.flatMap((message) => flattenMeterValues(message, LIMITS).readings.map(toRow));
}

/** JSON without a schema. */
export function flatRecord(row: ReadingRow): LogMessage {
  return { key: row.charge_point_id, value: JSON.stringify(row) };
}

/** JSON as Kafka Connect's JsonConverter wants it: the schema travels with every record. */
export function connectRecord(row: ReadingRow): LogMessage {
  return { key: row.charge_point_id, value: `{"schema":${SCHEMA},"payload":${JSON.stringify(row)}}` };
}

export async function createReadingsTable(databaseUrl: string): Promise<void> {
  const columns = COLUMNS.map(
    ({ name, postgres }) => `${name} ${postgres}${name === 'transaction_id' ? '' : ' not null'}`,
  );
  await execute(databaseUrl, `create table ${READINGS_TABLE} (${columns.join(', ')}, primary key (id))`);
}

function toRow(reading: Reading): ReadingRow {
  const { chargePointId, connectorId, measurand, phase, location, unit, context, timestampMs } = reading;
  return {
    id: [chargePointId, connectorId, measurand, phase, location, unit, context, timestampMs].join('/'),
    charge_point_id: chargePointId,
    connector_id: connectorId,
    measurand,
    phase,
    location,
    unit,
    context,
    ts: timestampMs,
    value: reading.value,
    transaction_id: reading.transactionId,
  };
}
