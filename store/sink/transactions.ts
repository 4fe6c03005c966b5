import type { Pool } from '../pool.js';
import { findOrAdd, type Found } from './find-or-add.js';

export interface TransactionKey {
  readonly chargePointId: string;
  readonly externalId: string;
}

const WANTED = 'unnest($1::text[], $2::text[]) with ordinality as u (charge_point_id, external_id, index)';

/** Ids of these transactions, none of them twice; their charge points exist. */
export async function idsOfTransactions(
  pool: Pool,
  wanted: readonly TransactionKey[],
): Promise<(number | undefined)[]> {
  return findOrAdd(
    wanted,
    async (keys) =>
      (
        await pool.query<Found>(
          `select u.index, t.id from ${WANTED} join transactions t using (charge_point_id, external_id)`,
          parametersOf(keys),
        )
      ).rows,
    (keys) =>
      pool.query(
        `insert into transactions (charge_point_id, external_id)
         select charge_point_id, external_id from ${WANTED} order by 1, 2
         on conflict do nothing`,
        parametersOf(keys),
      ),
  );
}

const parametersOf = (keys: readonly TransactionKey[]): unknown[] => [
  keys.map((key) => key.chargePointId),
  keys.map((key) => key.externalId),
];
