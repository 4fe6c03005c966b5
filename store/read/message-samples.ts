import { storedReadings } from '../compaction/stored-readings.js';
import type { MessageKey } from './message-keys.js';
import { PLAN_AS_WRITTEN } from './plan-as-written.js';
import type { Query } from './read-database.js';
import type { StoredReading } from './stored-reading.js';

/** One reading of a message. */
export type MessageSample = Pick<
  StoredReading,
  'measurand' | 'phase' | 'location' | 'unit' | 'context' | 'contextId' | 'value'
>;

type Row = MessageSample & {
  /** Of the message in the list that was asked for, from 1. */
  readonly place: number;
};

const READINGS = storedReadings({
  columns: ['ts', 'context', 'value', 'transaction_id'],
  series: '= s.id',
  from: 'k.ts',
  to: 'k.ts',
  toIncluded: true,
  and: 'transaction_id is not distinct from k.transaction_id and ts >= $6::timestamptz and ts <= $7::timestamptz',
});

/**
 * Probes of primary keys, a few for each message; the outer bounds prune days when planning, the keys when running. `offset 0`
 * keeps a probe whole: of days that were never analysed the planner would rather read all of a series in the outer bounds.
 */
const SQL = `
  select k.place::integer, s.measurand, s.phase, s.location, s.unit, c.name as context, c.id as "contextId", r.value
  from unnest($1::text[], $2::integer[], $3::integer[], $4::timestamptz[], $5::bigint[]) with ordinality
    as k(charge_point_id, evse_id, connector_id, ts, transaction_id, place)
  join series s on s.charge_point_id = k.charge_point_id and s.evse_id = k.evse_id and s.connector_id = k.connector_id
  cross join lateral (
    select context, value from ${READINGS} either
    offset 0
  ) r
  join contexts c on c.id = r.context
  order by k.place, s.measurand collate "C", s.phase collate "C", s.location collate "C", s.unit collate "C", c.id`;

/** The readings of each message, in the order of the messages. */
export async function readMessageSamples(
  query: Query,
  messages: readonly MessageKey[],
): Promise<MessageSample[][]> {
  if (messages.length === 0) return [];
  await query(PLAN_AS_WRITTEN);
  const times = messages.map(({ timestamp }) => timestamp.getTime());
  const rows = await query<Row>(SQL, [
    messages.map(({ chargePointId }) => chargePointId),
    messages.map(({ evseId }) => evseId),
    messages.map(({ connectorId }) => connectorId),
    messages.map(({ timestamp }) => timestamp.toISOString()),
    messages.map(({ transactionId }) => transactionId),
    new Date(Math.min(...times)).toISOString(),
    new Date(Math.max(...times)).toISOString(),
  ]);
  const samples: MessageSample[][] = messages.map(() => []);
  for (const { place, ...sample } of rows) samples[place - 1]?.push(sample);
  return samples;
}
