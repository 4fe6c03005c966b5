import { copyOut } from '../copy/copy.js';
import type { PoolClient } from '../pool.js';

/** How a register is estimated to have gone on from one sample to another. Times are ms since 1970 UTC. */
export interface Estimate {
  readonly fromMs: number;
  readonly toMs: number;
  /** In the unit of the series, as is its energy. */
  readonly fromValue: number;
  readonly toValue: number;
  readonly energy: number;
}

export interface StoredEstimate extends Estimate {
  readonly seriesId: number;
}

/** The only one there is: evenly from its begin, or from 31 days before its end, to its end. */
const ESTIMATE_METHOD = 'linear';
const ESTIMATE_VERSION = 1;

/** What is stored of the buckets of the pass: an estimate is of the bucket that it ends in. */
export async function readEstimates(client: PoolClient): Promise<StoredEstimate[]> {
  const reader = await copyOut(
    client,
    `select e.* from pass_spans w cross join lateral (
       select series_id, from_ts, to_ts, from_value, to_value, energy from estimates
       where series_id = w.series_id and to_ts >= w.inner_from and to_ts < w.inner_to
       offset 0
     ) e`,
  );
  const estimates: StoredEstimate[] = [];
  while (reader.nextRow()) {
    estimates.push({
      seriesId: reader.int32(),
      fromMs: reader.time(),
      toMs: reader.time(),
      fromValue: reader.float64(),
      toValue: reader.float64(),
      energy: reader.float64(),
    });
  }
  return estimates;
}

/** Takes rows away, then puts rows in: what changed is both. Nobody else writes those of these series meanwhile. */
export async function writeEstimates(
  client: PoolClient,
  gone: readonly StoredEstimate[],
  added: readonly StoredEstimate[],
): Promise<void> {
  if (gone.length > 0) {
    await client.query(
      `delete from estimates e using unnest($1::integer[], $2::timestamptz[]) as u (series_id, to_ts)
       where e.series_id = u.series_id and e.to_ts = u.to_ts`,
      [gone.map(({ seriesId }) => seriesId), gone.map(({ toMs }) => new Date(toMs))],
    );
  }
  if (added.length === 0) return;
  await client.query(
    `insert into estimates (series_id, from_ts, to_ts, from_value, to_value, energy, method, version)
     select *, $7, $8 from unnest($1::integer[], $2::timestamptz[], $3::timestamptz[], $4::float8[], $5::float8[], $6::float8[])`,
    [
      added.map(({ seriesId }) => seriesId),
      added.map(({ fromMs }) => new Date(fromMs)),
      added.map(({ toMs }) => new Date(toMs)),
      added.map(({ fromValue }) => fromValue),
      added.map(({ toValue }) => toValue),
      added.map(({ energy }) => energy),
      ESTIMATE_METHOD,
      ESTIMATE_VERSION,
    ],
  );
}
