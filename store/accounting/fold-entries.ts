import { isoDate } from '../partitions.js';
import type { PoolClient } from '../pool.js';
import { AccountSum, COUNTS } from './flush-account.js';

/** Takes the oldest entries that this transaction sees into the books; answers how many. Only the keeper of the books does. */
export async function foldEntries(client: PoolClient, limit: number): Promise<number> {
  const { rows: entries } = await client.query<{ counts: string }>(
    `delete from account_entries where id = any (array(select id from account_entries order by id limit $1))
     returning counts`,
    [limit],
  );
  if (entries.length === 0) return 0;
  const sum = new AccountSum();
  for (const { counts } of entries) sum.add(counts);
  const rows = [...sum.rows()];
  await client.query(ADD, [
    rows.map(({ day }) => isoDate(day)),
    rows.map(({ chargePointId }) => chargePointId),
    ...COUNTS.map((name) => rows.map(({ counts }) => counts[name])),
  ]);
  return entries.length;
}

const COLUMNS = [
  'received',
  'duplicate',
  'rejected',
  'readings',
  'readings_duplicate',
  'readings_conflicting',
  'readings_rejected',
];

const ADD = `
  insert into charge_point_days (day, charge_point_id, ${COLUMNS.join(', ')})
  select * from unnest($1::date[], $2::text[], ${COLUMNS.map((_, at) => `$${at + 3}::integer[]`).join(', ')})
  on conflict (day, charge_point_id) do update
    set ${COLUMNS.map((name) => `${name} = charge_point_days.${name} + excluded.${name}`).join(', ')}`;
