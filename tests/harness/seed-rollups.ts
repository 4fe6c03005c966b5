import type pg from 'pg';
import { slotScope } from '../../store/rollups/shards.js';

export const QUARTER_MS = 900_000;

export interface SeedSample {
  /** ISO 8601. */
  readonly timestamp: string;
  readonly value: number;
}

export interface SeedBucket {
  /** Begin of the 15 minutes, ISO 8601. */
  readonly bucket: string;
  readonly measuredWh?: number;
  readonly estimatedWh?: number;
  readonly suspectWh?: number;
  /** In the order of time; their times are spread over the bucket. */
  readonly values?: readonly number[];
  readonly conflicts?: number;
}

export interface SeedSlice extends Omit<SeedBucket, 'values' | 'conflicts'> {
  readonly transactionId: number;
  readonly maxPowerW?: number;
}

/** Puts rows into the rollups by plain SQL: the loop that keeps them is tested by itself. */
export class SeedRollups {
  constructor(private readonly database: Pick<pg.Client, 'query'>) {}

  /** Rows of 15 minutes, and the hours and days that follow from all there are of the series. `countsAs` holds for its days. */
  async buckets(seriesId: number, buckets: readonly SeedBucket[], countsAs: 0 | 1 | 2 = 2): Promise<void> {
    await this.database.query(
      `insert into rollup_15m (series_id, bucket, first_ts, last_ts, min_value, max_value, sum_value, first_value,
         last_value, measured_wh, estimated_wh, suspect_wh, count, conflicts)
       select $1, * from unnest($2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::float8[], $6::float8[],
         $7::float8[], $8::float8[], $9::float8[], $10::float8[], $11::float8[], $12::float8[], $13::int[], $14::int[])
       on conflict (series_id, bucket) do update set measured_wh = excluded.measured_wh,
         estimated_wh = excluded.estimated_wh, suspect_wh = excluded.suspect_wh`,
      [seriesId, ...columns(buckets)],
    );
    await this.coarser(seriesId, 'rollup_1h', 'rollup_15m', 'hour', '');
    await this.coarser(seriesId, 'rollup_1d', 'rollup_1h', 'day', `, counts_as = ${countsAs}`);
    await this.database.query('update rollup_1d set counts_as = $2 where series_id = $1', [
      seriesId,
      countsAs,
    ]);
    await this.raise(
      seriesId,
      buckets.map(({ bucket }) => bucket),
    );
  }

  /** What samples make: the energy of a register flows evenly from each to the next, all of it measured. */
  async samples(
    seriesId: number,
    samples: readonly SeedSample[],
    { isRegister = true, countsAs = 2 }: { isRegister?: boolean; countsAs?: 0 | 1 | 2 } = {},
  ): Promise<void> {
    const buckets = new Map<number, { values: number[]; measuredWh: number }>();
    const at = (ms: number) => {
      const bucketMs = Math.floor(ms / QUARTER_MS) * QUARTER_MS;
      const known = buckets.get(bucketMs) ?? { values: [], measuredWh: 0 };
      buckets.set(bucketMs, known);
      return known;
    };
    for (const [index, { timestamp, value }] of samples.entries()) {
      const ms = Date.parse(timestamp);
      at(ms).values.push(value);
      const before = samples[index - 1];
      if (before === undefined || !isRegister) continue;
      const beforeMs = Date.parse(before.timestamp);
      for (let fromMs = beforeMs; fromMs < ms;) {
        const toMs = Math.min(ms, (Math.floor(fromMs / QUARTER_MS) + 1) * QUARTER_MS);
        at(fromMs).measuredWh += ((value - before.value) * (toMs - fromMs)) / (ms - beforeMs);
        fromMs = toMs;
      }
    }
    const rows = [...buckets].map(([ms, { values, measuredWh }]) => ({
      bucket: new Date(ms).toISOString(),
      values,
      ...(isRegister ? { measuredWh, estimatedWh: 0, suspectWh: 0 } : {}),
    }));
    await this.buckets(seriesId, rows, countsAs);
  }

  async slices(seriesId: number, slices: readonly SeedSlice[]): Promise<void> {
    for (const slice of slices) {
      await this.database.query(
        `insert into transaction_slices (series_id, bucket, transaction_id, first_ts, last_ts, measured_wh, estimated_wh,
           suspect_wh, max_power_w, is_ended)
         values ($1, $2, $3, $2, $2, $4, $5, $6, $7, false)`,
        [
          seriesId,
          slice.bucket,
          slice.transactionId,
          slice.measuredWh ?? null,
          slice.estimatedWh ?? null,
          slice.suspectWh ?? null,
          slice.maxPowerW ?? null,
        ],
      );
    }
  }

  /** The versions of the days of the shard and the slot of a series, as whoever changes its aggregates does. */
  async raise(seriesId: number, buckets: readonly string[]): Promise<void> {
    await this.database.query(
      `insert into rollup_versions (scope, day, version)
       select scope, day, 1 from series s, unnest($2::date[]) day,
         unnest(array[s.shard, ${slotScope('s.charge_point_id')}]) scope
       where s.id = $1
       on conflict (scope, day) do update set version = rollup_versions.version + 1`,
      [seriesId, [...new Set(buckets.map((bucket) => bucket.slice(0, 10)))]],
    );
  }

  private async coarser(
    seriesId: number,
    table: string,
    from: string,
    unit: 'hour' | 'day',
    more: string,
  ): Promise<void> {
    await this.database.query(
      `insert into ${table} (series_id, bucket, first_ts, last_ts, min_value, max_value, sum_value, first_value, last_value,
         measured_wh, estimated_wh, suspect_wh, count, conflicts)
       select series_id, date_trunc('${unit}', bucket, 'UTC'), min(first_ts), max(last_ts), min(min_value), max(max_value),
         sum(sum_value order by bucket),
         (array_agg(first_value order by bucket) filter (where count > 0))[1],
         (array_agg(last_value order by bucket desc) filter (where count > 0))[1],
         sum(measured_wh order by bucket), sum(estimated_wh order by bucket), sum(suspect_wh order by bucket),
         sum(count), sum(conflicts)
       from ${from} where series_id = $1 group by 1, 2
       on conflict (series_id, bucket) do update set measured_wh = excluded.measured_wh,
         estimated_wh = excluded.estimated_wh, suspect_wh = excluded.suspect_wh ${more}`,
      [seriesId],
    );
  }
}

function columns(buckets: readonly SeedBucket[]): unknown[][] {
  const ofValues = (pick: (values: readonly number[]) => number | undefined) =>
    buckets.map(({ values = [] }) => (values.length === 0 ? null : (pick(values) ?? null)));
  const time = (at: (count: number) => number) =>
    buckets.map(({ bucket, values = [] }) =>
      values.length === 0 ? null : new Date(Date.parse(bucket) + at(values.length) * 1_000).toISOString(),
    );
  return [
    buckets.map(({ bucket }) => bucket),
    time(() => 0),
    time((count) => count - 1),
    ofValues((values) => Math.min(...values)),
    ofValues((values) => Math.max(...values)),
    ofValues((values) => values.reduce((sum, value) => sum + value, 0)),
    ofValues((values) => values[0]),
    ofValues((values) => values.at(-1)),
    buckets.map(({ measuredWh }) => measuredWh ?? null),
    buckets.map(({ estimatedWh }) => estimatedWh ?? null),
    buckets.map(({ suspectWh }) => suspectWh ?? null),
    buckets.map(({ values = [] }) => values.length),
    buckets.map(({ conflicts }) => conflicts ?? 0),
  ];
}
