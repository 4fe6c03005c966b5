import { copyOut, copyRows } from '../copy/copy.js';
import { RowWriter } from '../copy/row-writer.js';
import type { PoolClient } from '../pool.js';
import type { Place } from './audit.js';

/** One row of `transaction_slices`. Times are ms since 1970 UTC. */
export interface Slice {
  readonly seriesId: number;
  readonly bucketMs: number;
  /** The id of its transaction. */
  readonly session: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** null: the series has no energy. */
  readonly measuredWh: number | null;
  readonly estimatedWh: number | null;
  readonly suspectWh: number | null;
  readonly maxPowerW: number | null;
  readonly isEnded: boolean;
}

const KEY = ['series_id', 'bucket', 'transaction_id'];
const VALUES = [
  'first_ts',
  'last_ts',
  'measured_wh',
  'estimated_wh',
  'suspect_wh',
  'max_power_w',
  'is_ended',
];

/** What is stored of the buckets of the pass. */
export async function readSlices(client: PoolClient): Promise<Slice[]> {
  const reader = await copyOut(
    client,
    `select r.* from pass_spans w cross join lateral (
       select ${[...KEY, ...VALUES].join(', ')} from transaction_slices
       where series_id = w.series_id and bucket >= w.inner_from and bucket < w.inner_to
       offset 0
     ) r`,
  );
  const slices: Slice[] = [];
  while (reader.nextRow()) {
    slices.push({
      seriesId: reader.int32(),
      bucketMs: reader.time(),
      session: reader.int64(),
      firstMs: reader.timeOrNull(),
      lastMs: reader.timeOrNull(),
      measuredWh: reader.float64OrNull(),
      estimatedWh: reader.float64OrNull(),
      suspectWh: reader.float64OrNull(),
      maxPowerW: reader.float64OrNull(),
      isEnded: reader.boolean(),
    });
  }
  return slices;
}

export interface SliceChanges {
  readonly added: readonly Slice[];
  readonly changed: readonly Slice[];
  readonly gone: readonly Slice[];
}

/** Nobody else writes slices of these series meanwhile. */
export async function writeSlices(client: PoolClient, { added, changed, gone }: SliceChanges): Promise<void> {
  if (gone.length > 0) {
    await client.query(
      `delete from transaction_slices r
       using unnest($1::integer[], $2::timestamptz[], $3::bigint[]) as u (series_id, bucket, transaction_id)
       where r.series_id = u.series_id and r.bucket = u.bucket and r.transaction_id = u.transaction_id`,
      [
        gone.map(({ seriesId }) => seriesId),
        gone.map(({ bucketMs }) => new Date(bucketMs)),
        gone.map(({ session }) => session),
      ],
    );
  }
  if (changed.length > 0) {
    await copyRows(client, 'changed_slices', encoded(changed));
    await client.query(
      `update transaction_slices r set ${VALUES.map((column) => `${column} = c.${column}`).join(', ')}
       from changed_slices c
       where r.series_id = c.series_id and r.bucket = c.bucket and r.transaction_id = c.transaction_id`,
    );
  }
  await copyRows(client, `transaction_slices (${[...KEY, ...VALUES].join(', ')})`, encoded(added));
}

function encoded(slices: readonly Slice[]): RowWriter {
  const writer = new RowWriter(KEY.length + VALUES.length);
  for (const slice of slices) {
    writer.row().int32(slice.seriesId).time(slice.bucketMs).int64(slice.session);
    writer.time(slice.firstMs).time(slice.lastMs);
    writer.float64(slice.measuredWh).float64(slice.estimatedWh).float64(slice.suspectWh);
    writer.float64(slice.maxPowerW).boolean(slice.isEnded);
  }
  return writer;
}

/**
 * Makes what transactions tell of their readings anew; answers where it was other. Their rows are locked in the order of their ids,
 * as a flush does.
 */
export async function updateTransactions(client: PoolClient, ids: readonly number[]): Promise<Place[]> {
  if (ids.length === 0) return [];
  await client.query('select from transactions where id = any ($1::bigint[]) order by id for no key update', [
    ids,
  ]);
  const { rows } = await client.query<Place>(
    `update transactions t set
       first_reading_at = s.first_ts, last_reading_at = s.last_ts, end_was_read = s.is_ended
     from (
       select u.id, min(s.series_id) as series_id, min(s.first_ts) as first_ts, max(s.last_ts) as last_ts, coalesce(bool_or(s.is_ended), false) as is_ended
       from unnest($1::bigint[]) as u (id) left join transaction_slices s on s.transaction_id = u.id
       group by u.id
     ) s
     where t.id = s.id
       and (t.first_reading_at, t.last_reading_at, t.end_was_read) is distinct from (s.first_ts, s.last_ts, s.is_ended)
     returning s.series_id as "seriesId", null as ms`,
    [ids],
  );
  return rows;
}
