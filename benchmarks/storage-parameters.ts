import type pg from 'pg';
import { DayPartitions, dayOf, PARTITION_STORAGE, partitionName } from '../store/partitions.js';
import { createPool } from '../store/pool.js';
import type { Breakdown } from './figure.js';
import { untilVacuumed } from './storage-evidence.js';

const FLUSHES = 40;
const ROWS_A_FLUSH = 10_000;
const LATEST_FACTORS = [100, 70, 50];
const POSITION_FACTORS = [100, 50];

interface Row {
  readonly name: string;
  readonly hot: number | null;
  readonly kib: number;
  readonly visible: number | null;
  readonly frozen: number | null;
  readonly vacuums: number;
}

/**
 * What storage parameters leave behind: two day partitions that are filled side by side, one as it is shipped and one as
 * PostgreSQL vacuums it by default; copies of the tables that each flush updates, with fill factors. Counted by the server
 * itself once autovacuum rests, and so the same on a busy machine.
 */
export async function measureStorageParameters(url: string, client: pg.Client): Promise<Breakdown> {
  const today = dayOf(Date.now());
  const pool = createPool({ url, max: 1, applicationName: 'bench' });
  await new DayPartitions({ pool, max: 10 }).ensurePartitions([today, today - 1]);
  await pool.end();
  const names = Object.keys(PARTITION_STORAGE).join();
  await client.query(`alter table ${partitionName(today - 1)} reset (${names})`);
  for (const factor of LATEST_FACTORS) await copyOf(client, 'latest_readings', factor);
  for (const factor of POSITION_FACTORS) {
    await copyOf(client, 'consumer_positions', factor);
    await client.query(
      `insert into consumer_positions_${factor} (topic, partition) select 't', g from generate_series(0, 11) g`,
    );
  }
  for (let flush = 0; flush < FLUSHES; flush++) await writeFlush(client, flush);
  await untilVacuumed(client);
  const { rows } = await client.query<Row>(
    `select c.relname as name, n_tup_hot_upd::float8 / nullif(n_tup_upd, 0) as hot,
       round(pg_total_relation_size(c.oid) / 1024.0)::int as kib, relallvisible / pages as visible,
       (to_jsonb(c) ->> 'relallfrozen')::int / pages as frozen, autovacuum_count::int as vacuums
     from (select *, nullif(pg_relation_size(oid), 0)::float8 / current_setting('block_size')::int as pages from pg_class) c
       join pg_stat_user_tables s on s.relid = c.oid
     where c.relname ~ '^(readings_\\d{8}|(latest_readings|consumer_positions)_\\d+)$'
     order by c.relname`,
  );
  const percent = (share: number | null): string => (share === null ? '' : `${(share * 100).toFixed(0)}%`);
  const title = (name: string): string => {
    if (name === partitionName(today)) return 'a day partition, as shipped';
    if (name === partitionName(today - 1)) return 'a day partition, vacuumed by default';
    return name.replace(/_(\d+)$/, ', fillfactor=$1');
  };
  return {
    title:
      `After ${FLUSHES} flushes of ${ROWS_A_FLUSH.toLocaleString('en')} readings, each with the newest values of a quarter of as many series ` +
      'and the positions of 12 partitions, once autovacuum rests: updates that touched no index (HOT), pages that are all visible, all frozen',
    headings: ['table', 'HOT', 'all visible', 'all frozen', 'KiB with indexes', 'vacuums'],
    lines: rows.map(({ name, hot, visible, frozen, kib, vacuums }) => [
      title(name),
      percent(hot),
      percent(visible),
      percent(frozen),
      kib,
      vacuums,
    ]),
  };
}

async function copyOf(client: pg.Client, table: string, factor: number): Promise<void> {
  await client.query(
    `create table ${table}_${factor} (like ${table} including all) with (fillfactor = ${factor})`,
  );
}

async function writeFlush(client: pg.Client, flush: number): Promise<void> {
  for (const daysAgo of [0, 1]) {
    await client.query(
      `insert into readings (series_id, ts, context, value, received_at, batch_id)
       select g, date_trunc('day', now()) + make_interval(days => -$1::int, mins => $2::int), 1, 2, now(), $2::int
       from generate_series(1, $3::int) g`,
      [daysAgo, flush, ROWS_A_FLUSH],
    );
  }
  for (const factor of LATEST_FACTORS) {
    await client.query(
      `insert into latest_readings_${factor} (series_id, ts, context, value, received_at)
       select g, now(), 1, $1::int, now() from generate_series(1, $2::int) g where (g * 7 + $1::int * 13) % 4 = 0
       on conflict (series_id) do update set ts = excluded.ts, value = excluded.value`,
      [flush, ROWS_A_FLUSH],
    );
  }
  for (const factor of POSITION_FACTORS) {
    await client.query(`update consumer_positions_${factor} set next_offset = $1, updated_at = now()`, [
      flush,
    ]);
  }
}
