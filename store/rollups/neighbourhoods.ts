import type { PoolClient } from '../pool.js';

/** Whole buckets: begin of the first one, and of the first one after them; ms since 1970 UTC. */
export interface Buckets {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Neighbourhood {
  /** What a change in the buckets can change. */
  readonly inner: Buckets;
  /** What that depends on. */
  readonly outer: Buckets;
}

export interface KnownNeighbourhood extends Neighbourhood {
  /** Whether a change reaches the very first sample that is known. */
  readonly reachesFirst: boolean;
  /** Whether there are too few samples behind the span: whatever comes next, near or far, depends on it. */
  readonly isOpen: boolean;
}

export interface Reach {
  /** Samples on each side of a change that its consequences reach. */
  readonly changes: number;
  /** Samples beyond those buckets that they depend on. */
  readonly depends: number;
}

interface Row {
  readonly inner_from: number | null;
  readonly outer_from: number | null;
  readonly inner_to: number | null;
  readonly outer_to: number | null;
  readonly reaches_first: boolean;
  readonly is_open: boolean;
}

/**
 * The buckets around spans of buckets, counted in samples of energy as the aggregates know them: what they don't know yet is
 * marked, and will look for its own neighbours. One walk of the primary key in each direction.
 */
export async function readNeighbourhoods(
  client: PoolClient,
  spans: readonly (Buckets & { readonly seriesId: number })[],
  { changes, depends }: Reach,
): Promise<KnownNeighbourhood[]> {
  const walk = (side: string, order: string, nearest: string, farthest: string): string => `
    select ${nearest}(bucket) filter (where seen >= $4::integer) as enough, ${farthest}(bucket) as all_there_is,
      ${nearest}(bucket) filter (where seen >= seen_of_enough + $5::integer) as more_than_enough
    from (
      select bucket, seen, min(seen) filter (where seen >= $4::integer) over () as seen_of_enough
      from (
        select bucket, sum(energy_samples) over (order by bucket ${order}) as seen
        from (
          select bucket, energy_samples from rollup_15m
          where series_id = u.series_id and ${side} and energy_samples > 0
          order by bucket ${order} limit $4::integer + $5::integer
        ) near
      ) counted
    ) measured`;
  const ms = (bucket: string): string => `(extract(epoch from ${bucket}) * 1000)::float8`;
  const { rows } = await client.query<Row>(
    `select ${ms('coalesce(l.enough, l.all_there_is)')} as inner_from,
       ${ms('coalesce(l.more_than_enough, l.all_there_is)')} as outer_from,
       ${ms('coalesce(r.enough, r.all_there_is)')} as inner_to,
       ${ms('coalesce(r.more_than_enough, r.all_there_is)')} as outer_to,
       l.enough is null as reaches_first, r.more_than_enough is null as is_open
     from unnest($1::integer[], $2::timestamptz[], $3::timestamptz[]) with ordinality
       as u (series_id, from_bucket, to_bucket, ord)
     cross join lateral (${walk('bucket < u.from_bucket', 'desc', 'max', 'min')}) l
     cross join lateral (${walk('bucket >= u.to_bucket', 'asc', 'min', 'max')}) r
     order by u.ord`,
    [
      spans.map(({ seriesId }) => seriesId),
      spans.map(({ fromMs }) => new Date(fromMs)),
      spans.map(({ toMs }) => new Date(toMs)),
      changes,
      depends,
    ],
  );
  return spans.map(({ fromMs, toMs }, index) => {
    const row = rows[index];
    const after = (bucket: number | null | undefined): number =>
      bucket === null || bucket === undefined ? toMs : bucket + BUCKET_MS;
    return {
      inner: { fromMs: row?.inner_from ?? fromMs, toMs: after(row?.inner_to) },
      outer: { fromMs: row?.outer_from ?? fromMs, toMs: after(row?.outer_to) },
      reachesFirst: row?.reaches_first ?? true,
      isOpen: row?.is_open ?? true,
    };
  });
}

const BUCKET_MS = 900_000;
