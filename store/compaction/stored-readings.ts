/*
 * A day of a series is rows of `readings`, or one row of `compacted_readings`. Whoever reads asks for both, in one statement, so that it
 * sees a day once while it is moved from one form to the other.
 */

/** Columns of a stored reading. */
export type ReadingColumn =
  'series_id' | 'ts' | 'context' | 'value' | 'transaction_id' | 'quality' | 'received_at' | 'batch_id';

export interface StoredReadings {
  /** Each costs time where a day is compacted: those that are needed. */
  readonly columns: readonly ReadingColumn[];
  /** SQL: a condition on series_id, without it; `= s.id`. */
  readonly series: string;
  /** SQL: of the type timestamptz. Both ends are demanded: a read without them would plan and open every day there is. */
  readonly from: string;
  readonly to: string;
  /** Whether `to` itself is part of it. Default false. */
  readonly toIncluded?: boolean;
  /** SQL: further conditions on those columns. */
  readonly and?: string;
}

/** Offsets as whole numbers: an element of the width that fits them all. */
const offsets = (name: string): string =>
  `unnest(coalesce(c.${name}_2::bigint[], c.${name}_4::bigint[], c.${name}_8)) as ${name}`;

const number = (name: string, base = `c.${name}_base + `): string =>
  `${base}u.n * c.${name}_step + coalesce(u.${name}, 0) * c.${name}_unit`;

const after = (time: string, microseconds: string): string =>
  `${time} + make_interval(secs => (${microseconds})::double precision / 1000000)`;

interface Decoded {
  /** SQL: set-returning, of a compacted row `c`. */
  readonly unnested: readonly string[];
  /** SQL: of a compacted row `c` and what is unnested of it, `u`. */
  readonly value: string;
}

const TIME = number('ts', '');

/** How each column is made of a compacted row. */
const DECODED: Readonly<Record<ReadingColumn, Decoded>> = {
  series_id: { unnested: [], value: 'c.series_id' },
  ts: { unnested: [offsets('ts')], value: after('c.first_ts', TIME) },
  context: { unnested: ['unnest(c.contexts) as context'], value: 'coalesce(u.context, c.context)' },
  value: {
    unnested: [offsets('value'), 'unnest(c.value_raw) as raw'],
    value: `coalesce(u.raw, (${number('value')})::double precision / c.value_divisor)`,
  },
  transaction_id: {
    unnested: [],
    value: 'c.transaction_ids[width_bucket(u.n, c.transaction_from)]',
  },
  quality: { unnested: ['unnest(c.qualities) as quality'], value: 'coalesce(u.quality, c.quality)' },
  received_at: {
    unnested: [offsets('ts'), offsets('received')],
    value: after('c.first_ts', `${TIME} + ${number('received')}`),
  },
  batch_id: { unnested: [offsets('batch')], value: number('batch') },
};

/**
 * SQL: `cross join lateral (..) d` to compacted rows `c`, which gives the columns, and `n`, their place in the day. OFFSET 0 makes
 * each value once, however often a condition names it.
 */
export function decoded(columns: readonly ReadingColumn[]): string {
  const unnested = new Set(columns.flatMap((column) => DECODED[column].unnested));
  const values = columns.map((column) => `${DECODED[column].value} as ${column}`);
  return `cross join lateral (
    select u.n, ${values.join(', ')}
    from (select ${['generate_series(0, c.count - 1) as n', ...unnested].join(', ')} offset 0) u
    offset 0
  ) d`;
}

/** SQL: the UTC day of a time. */
export const dayAt = (time: string): string => `(${time} at time zone 'UTC')::date`;

/** SQL: a condition on compacted rows `c` that a reading of these can be in. */
export const compactedIn = ({ series, from, to }: Pick<StoredReadings, 'series' | 'from' | 'to'>): string =>
  `c.series_id ${series} and c.day >= ${dayAt(from)} and c.day <= ${dayAt(to)}`;

/**
 * SQL: the readings of some series in some time, in whatever form, to be put in a FROM (where it may be lateral). Rows by the primary
 * keys of the days in range, other days are pruned; compacted ones by the primary key of theirs.
 */
export function storedReadings(asked: StoredReadings): string {
  const { columns, series, from, to, toIncluded = false, and = 'true' } = asked;
  const where = `ts >= ${from} and ts ${toIncluded ? '<=' : '<'} ${to} and ${and}`;
  const needed = [...new Set<ReadingColumn>([...columns, 'ts'])];
  return `(
    select ${columns.join(', ')} from readings where series_id ${series} and ${where}
    union all
    select ${columns.join(', ')} from (
      select d.* from compacted_readings c ${decoded(needed)} where ${compactedIn(asked)}
    ) compacted where ${where}
  )`;
}

/** All of them. */
export const READING_COLUMNS: readonly ReadingColumn[] = [
  'series_id',
  'ts',
  'context',
  'value',
  'transaction_id',
  'quality',
  'received_at',
  'batch_id',
];

/** Every stored reading, in whatever form: for what reads all of them. */
export const ALL_STORED_READINGS = `(
  select ${READING_COLUMNS.join(', ')} from readings
  union all
  select ${READING_COLUMNS.map((column) => `d.${column}`).join(', ')} from compacted_readings c ${decoded(READING_COLUMNS)}
)`;
