import { PassSize } from '../server/rollups/pass-size.js';
import { RollupPass } from '../server/rollups/rollup-pass.js';
import type { Pool } from '../store/pool.js';
import { inShard } from '../store/rollups/shard.js';
import { SHARDS } from '../store/rollups/shards.js';

/** Series that one mark tells of, at most. */
const SERIES_A_MARK = 1_000;

/** Makes the aggregates of all that is stored of the series up to `lastSeries`, by the real pass. */
export async function computeRollups(pool: Pool, lastSeries = 2 ** 31 - 1): Promise<void> {
  await pool.query(
    `insert into rollup_marks (shard, series_ids, from_ts, to_ts)
     select shard, array_agg(id order by id), array_agg(timestamptz '-infinity' order by id),
       array_agg(timestamptz 'infinity' order by id)
     from series where id <= $1 group by shard, id / ${SERIES_A_MARK}`,
    [lastSeries],
  );
  const [pass, size] = [new RollupPass(), new PassSize()];
  for (let shard = 0; shard < SHARDS; shard++) {
    for (let marks = 1; marks > 0;) {
      const result = await inShard(pool, shard, (client) => pass.ofMarks(client, shard, size.buckets));
      size.learn(result);
      marks = result.marks;
    }
  }
}
