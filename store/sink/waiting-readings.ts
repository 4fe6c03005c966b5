import { CONNECTOR_OF_SESSION } from '../../protocol/session.js';
import type { PoolClient } from '../pool.js';
import { DistinctWaiting, type WaitingReading } from './distinct-waiting.js';

interface Row {
  readonly id: number;
  readonly charge_point_id: string;
  readonly external_id: string;
  readonly evse_id: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  readonly context: string;
  readonly ms: number;
  readonly value: number;
  readonly quality: number;
  readonly received_ms: number;
}

/** What waits for the Starts of these transactions, always in the same order. */
export async function readWaiting(
  database: Pick<PoolClient, 'query'>,
  ids: readonly number[],
): Promise<WaitingReading[]> {
  const { rows } = await database.query<Row>(
    `select t.id, t.charge_point_id, t.external_id, w.evse_id, w.measurand, w.phase, w.location, w.unit, w.context,
       (extract(epoch from w.ts) * 1000)::bigint as ms, w.value, w.quality,
       (extract(epoch from w.received_at) * 1000)::bigint as received_ms
     from waiting_readings w join transactions t on t.id = w.transaction_id
     where w.transaction_id = any ($1::bigint[])
     order by w.transaction_id, w.ts, w.context, w.measurand, w.phase, w.location, w.unit, w.evse_id, w.value`,
    [ids],
  );
  return rows.map((row) => ({
    id: row.id,
    receivedAtMs: row.received_ms,
    reading: {
      chargePointId: row.charge_point_id,
      evseId: row.evse_id,
      connectorId: CONNECTOR_OF_SESSION,
      measurand: row.measurand,
      phase: row.phase,
      location: row.location,
      unit: row.unit,
      context: row.context,
      timestampMs: row.ms,
      value: row.value,
      transactionId: row.external_id,
      quality: row.quality,
    },
  }));
}

/** Answers how many there were. The transactions' rows are locked by the caller. */
export async function deleteWaiting(client: PoolClient, ids: readonly number[]): Promise<number> {
  const { rowCount } = await client.query(
    'delete from waiting_readings where transaction_id = any ($1::bigint[])',
    [ids],
  );
  return rowCount ?? 0;
}

/**
 * Adds what doesn't wait yet, and answers which of them, by index, that were. The transactions' rows are locked by the
 * caller. Of the same reading told with different quality the fewer bits stand, as they do for stored ones.
 */
export async function insertWaiting(
  client: PoolClient,
  offered: readonly WaitingReading[],
): Promise<ReadonlySet<number>> {
  const waiting = new DistinctWaiting<WaitingReading & { readonly at: number }>();
  offered.forEach((each, at) => waiting.add({ ...each, at }));
  const distinct = waiting.all;
  const parameters = parametersOf(distinct);
  const { rows } = await client.query<{ index: number }>(
    `with told as (${TOLD}), added as (
       insert into waiting_readings
         (transaction_id, ts, context, measurand, phase, location, unit, evse_id, value, quality, received_at)
       select transaction_id, ts, context, measurand, phase, location, unit, evse_id, value, quality, received_at
       from told
       on conflict do nothing
       returning transaction_id, ts, context, measurand, phase, location, unit, evse_id, value)
     select told.index from told join added
       using (transaction_id, ts, context, measurand, phase, location, unit, evse_id, value)`,
    parameters,
  );
  if (rows.length < distinct.length) {
    await client.query(
      `with told as (${TOLD})
       update waiting_readings w set quality = told.quality from told
       where (w.transaction_id, w.ts, w.context, w.measurand, w.phase, w.location, w.unit, w.evse_id, w.value)
         = (told.transaction_id, told.ts, told.context, told.measurand, told.phase, told.location, told.unit,
           told.evse_id, told.value)
         and told.quality < w.quality`,
      parameters,
    );
  }
  return new Set(rows.flatMap(({ index }) => distinct[index - 1]?.at ?? []));
}

const TOLD = `
  select transaction_id, timestamptz 'epoch' + ms * interval '1 millisecond' as ts, context, measurand, phase, location,
    unit, evse_id, value, quality, timestamptz 'epoch' + received_ms * interval '1 millisecond' as received_at, index
  from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::integer[],
      $9::float8[], $10::smallint[], $11::bigint[]) with ordinality
    as u (transaction_id, ms, context, measurand, phase, location, unit, evse_id, value, quality, received_ms, index)`;

const parametersOf = (waiting: readonly WaitingReading[]): unknown[] => [
  waiting.map(({ id }) => id),
  waiting.map(({ reading }) => reading.timestampMs),
  waiting.map(({ reading }) => reading.context),
  waiting.map(({ reading }) => reading.measurand),
  waiting.map(({ reading }) => reading.phase),
  waiting.map(({ reading }) => reading.location),
  waiting.map(({ reading }) => reading.unit),
  waiting.map(({ reading }) => reading.evseId),
  waiting.map(({ reading }) => reading.value),
  waiting.map(({ reading }) => reading.quality),
  waiting.map(({ receivedAtMs }) => receivedAtMs),
];
