import { copyOut } from '../copy/copy.js';
import type { PoolClient } from '../pool.js';
import { COLUMNS, LEVELS, readRow, type Level, type RollupRow } from './rollup-row.js';

/** Rows of one series by begin of their bucket, for each level. */
export type SeriesRollups = readonly [Map<number, RollupRow>, Map<number, RollupRow>, Map<number, RollupRow>];

export const noRollups = (): SeriesRollups => [new Map(), new Map(), new Map()];

/** What is stored of the spans of the pass: the 15 minutes of their hours, the hours of their days, and these. */
export async function readRollups(client: PoolClient): Promise<Map<number, SeriesRollups>> {
  const reader = await copyOut(
    client,
    [
      ofLevel(0, 'hour', `date_trunc('hour', w.inner_to - interval '1 us') + interval '1 hour'`),
      ofLevel(1, 'day', `date_trunc('day', w.inner_to - interval '1 us') + interval '1 day'`),
      ofLevel(2, 'day', 'w.inner_to'),
    ].join(' union all '),
  );
  const stored = new Map<number, SeriesRollups>();
  while (reader.nextRow()) {
    const level = reader.int32() as Level;
    const seriesId = reader.int32();
    const row = readRow(reader);
    let rollups = stored.get(seriesId);
    if (rollups === undefined) stored.set(seriesId, (rollups = noRollups()));
    rollups[level].set(row.bucketMs, row);
  }
  return stored;
}

/** One walk of the primary key a span: `offset 0` keeps the walk inside. */
function ofLevel(level: Level, unit: 'hour' | 'day', end: string): string {
  const columns = [...COLUMNS, level === 0 ? 'energy_samples' : 'null::integer'].join(', ');
  return `
    select ${level}, r.* from pass_spans w cross join lateral (
      select ${columns} from ${LEVELS[level]}
      where series_id = w.series_id and bucket >= date_trunc('${unit}', w.inner_from) and bucket < ${end}
      offset 0
    ) r`;
}
