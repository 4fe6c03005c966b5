import type { PoolClient } from '../pool.js';
import type { SignedRow } from './signed-rows.js';

/** Bounds the memory of a statement: each value may have 16 KiB, and as much again for its key. */
const STATEMENT_BYTES = 8 * 1024 * 1024;

/** Which message of a batch told a signed value, and whether nobody had told it before. */
export interface SignedOutcome {
  readonly message: number;
  readonly isNew: boolean;
}

/** Adds what isn't there yet, in the transaction of the flush; answers one outcome for each row, in their order. */
export async function insertSignedValues(
  client: PoolClient,
  rows: readonly SignedRow[],
): Promise<readonly SignedOutcome[]> {
  const firsts = new Map<string, SignedRow>();
  for (const row of rows) if (!firsts.has(keyOf(row))) firsts.set(keyOf(row), row);
  // Sorted by key, so that two connections that write the same keys wait for each other instead of deadlocking.
  const sorted = [...firsts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);

  const added = new Set<SignedRow | undefined>();
  let begin = 0;
  let bytes = 0;
  for (const [index, { value }] of sorted.entries()) {
    bytes += value.data.length + value.publicKey.length;
    if (bytes < STATEMENT_BYTES && index < sorted.length - 1) continue;
    const part = sorted.slice(begin, index + 1);
    for (const ord of await insert(client, part)) added.add(part[ord - 1]);
    begin = index + 1;
    bytes = 0;
  }
  return rows.map((row) => ({ message: row.message, isNew: added.has(row) }));
}

/** Of the primary key. A charge point's id has no control characters. */
const keyOf = ({ chargePoint, value, digest }: SignedRow): string =>
  `${chargePoint.id}\0${value.timestampMs}\0${digest.toString('hex')}`;

/** Answers which went in, counted from 1. */
async function insert(client: PoolClient, rows: readonly SignedRow[]): Promise<number[]> {
  const { rows: added } = await client.query<{ ord: number }>(
    `with told as (
       select u.*, timestamptz 'epoch' + ms * interval '1 millisecond' as ts,
         timestamptz 'epoch' + received_ms * interval '1 millisecond' as received_at
       from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::integer[], $6::integer[], $7::text[], $8::text[],
           $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::bytea[]) with ordinality
         as u (charge_point_id, ms, received_ms, transaction_id, evse_id, connector_id, measurand, phase, location,
           context, encoding, signing_method, public_key, data, digest, ord)
     ), added as (
       insert into signed_values (charge_point_id, ts, received_at, transaction_id, evse_id, connector_id, measurand,
         phase, location, context, encoding, signing_method, public_key, data, digest)
       select charge_point_id, ts, received_at, transaction_id, evse_id, connector_id, measurand, phase, location,
         context, encoding, signing_method, public_key, data, digest
       from told order by ord
       on conflict (charge_point_id, ts, digest) do nothing
       returning charge_point_id, ts, digest
     )
     select ord::integer from told join added using (charge_point_id, ts, digest)`,
    [
      rows.map(({ chargePoint }) => chargePoint.id),
      rows.map(({ value }) => value.timestampMs),
      rows.map(({ receivedAtMs }) => receivedAtMs),
      rows.map(({ transactionId }) => transactionId),
      rows.map(({ value }) => value.evseId),
      rows.map(({ value }) => value.connectorId),
      rows.map(({ value }) => value.measurand),
      rows.map(({ value }) => value.phase),
      rows.map(({ value }) => value.location),
      rows.map(({ value }) => value.context),
      rows.map(({ value }) => value.encoding),
      rows.map(({ value }) => value.signingMethod),
      rows.map(({ value }) => value.publicKey),
      rows.map(({ value }) => value.data),
      rows.map(({ digest }) => digest),
    ],
  );
  return added.map(({ ord }) => ord);
}
