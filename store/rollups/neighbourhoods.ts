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
  readonly inner_before: number | null;
  readonly outer_before: number | null;
  readonly inner_after: number | null;
  readonly outer_after: number | null;
  readonly reaches_first: boolean;
  readonly is_open: boolean;
}

interface Direction {
  readonly beyond: '<' | '>';
  readonly order: 'asc' | 'desc';
  readonly nearest: 'min' | 'max';
  readonly farthest: 'min' | 'max';
}

const LEFT: Direction = { beyond: '<', order: 'desc', nearest: 'max', farthest: 'min' };
const RIGHT: Direction = { beyond: '>', order: 'asc', nearest: 'min', farthest: 'max' };

/** From a bucket on, that one left out, until there are samples enough. */
const walk = (
  { beyond, order, nearest, farthest }: Direction,
  { from, samples, when }: { from: string; samples: 'energy_samples' | 'count'; when: string },
): string => `
  select ${nearest}(bucket) filter (where seen >= $4::integer) as enough, ${farthest}(bucket) as all_there_is,
    ${nearest}(bucket) filter (where seen >= seen_of_enough + $5::integer) as more_than_enough
  from (
    select bucket, seen, min(seen) filter (where seen >= $4::integer) over () as seen_of_enough
    from (
      select bucket, sum(samples) over (order by bucket ${order}) as seen
      from (
        select bucket, ${samples} as samples from rollup_15m
        where series_id = u.series_id and bucket ${beyond} ${from} and ${samples} > 0 and ${when}
        order by bucket ${order} limit $4::integer + $5::integer
      ) near
    ) counted
  ) measured`;

/** Samples that no energy comes from tell how a register counts: where the others end, they are looked at as well. */
const bothWalks = (direction: Direction, name: string, from: string): string => `
  cross join lateral (${walk(direction, { from, samples: 'energy_samples', when: 'true' })}) ${name}
  cross join lateral (${walk(direction, {
    from: `coalesce(${name}.all_there_is, ${from})`,
    samples: 'count',
    when: `${name}.more_than_enough is null`,
  })}) ${name}_rest`;

const ms = (bucket: string): string => `(extract(epoch from ${bucket}) * 1000)::float8`;

const bounds = (name: string): string => `
  ${ms(`coalesce(${name}.enough, ${name}_rest.enough, ${name}_rest.all_there_is, ${name}.all_there_is)`)} as inner_${name},
  ${ms(`coalesce(${name}.more_than_enough, ${name}_rest.more_than_enough, ${name}_rest.all_there_is, ${name}.all_there_is)`)}
    as outer_${name}`;

const AROUND = `
  select ${bounds('before')}, ${bounds('after')},
    before.enough is null as reaches_first, after.more_than_enough is null as is_open
  from unnest($1::integer[], $2::timestamptz[], $3::timestamptz[]) with ordinality
    as u (series_id, from_bucket, to_bucket, ord)
  ${bothWalks(LEFT, 'before', 'u.from_bucket')}
  ${bothWalks(RIGHT, 'after', "(u.to_bucket - interval '15 minutes')")}
  order by u.ord`;

/**
 * The buckets around spans of buckets, counted in samples of energy as the aggregates know them: what they don't know yet is
 * marked, and will look for its own neighbours. Walks of the primary key in each direction.
 */
export async function readNeighbourhoods(
  client: PoolClient,
  spans: readonly (Buckets & { readonly seriesId: number })[],
  { changes, depends }: Reach,
): Promise<KnownNeighbourhood[]> {
  const { rows } = await client.query<Row>(AROUND, [
    spans.map(({ seriesId }) => seriesId),
    spans.map(({ fromMs }) => new Date(fromMs)),
    spans.map(({ toMs }) => new Date(toMs)),
    changes,
    depends,
  ]);
  return spans.map(({ fromMs, toMs }, index) => {
    const row = rows[index];
    const after = (bucket: number | null | undefined): number =>
      bucket === null || bucket === undefined ? toMs : bucket + BUCKET_MS;
    return {
      inner: { fromMs: row?.inner_before ?? fromMs, toMs: after(row?.inner_after) },
      outer: { fromMs: row?.outer_before ?? fromMs, toMs: after(row?.outer_after) },
      reachesFirst: row?.reaches_first ?? true,
      isOpen: row?.is_open ?? true,
    };
  });
}

const BUCKET_MS = 900_000;
