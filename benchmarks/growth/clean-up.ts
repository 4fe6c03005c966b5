import pg from 'pg';
import { dayOf, partitionName } from '../../store/partitions.js';
import { DAY_MS, DAYS, FROM } from './grown-fleet.js';

/** Flushes that made the table have lower numbers, see subjects/grow-readings. */
const FIRST_BATCH = 1_000;

/** Takes out again what was written into a day of the table, or into the new day after it; then it is as it was made. */
export async function cleanUp(databaseUrl: string, topic: string, day: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const name = partitionName(dayOf(FROM + day * DAY_MS));
    if (day === DAYS) {
      await client.query(`drop table ${name}`);
      await client.query(
        `update latest_readings l set ts = r.ts, value = r.value, received_at = r.received_at, context = r.context
         from (select distinct on (series_id) * from ${partitionName(dayOf(FROM + (DAYS - 1) * DAY_MS))}
           where series_id in (select series_id from latest_readings where ts >= $1)
           order by series_id, ts desc) r
         where r.series_id = l.series_id`,
        [new Date(FROM + DAYS * DAY_MS)],
      );
    } else {
      await client.query(`delete from ${name} where batch_id >= ${FIRST_BATCH}`);
      await client.query(`vacuum (freeze) ${name}`);
      await client.query(`set maintenance_work_mem = '1GB'`);
      await client.query(`reindex table ${name}`);
    }
    await client.query('delete from consumer_positions where topic = $1', [topic]);
    await client.query('delete from logs where topic = $1', [topic]);
    await client.query('truncate rollup_marks, feed');
    await client.query('vacuum (freeze) latest_readings');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}
