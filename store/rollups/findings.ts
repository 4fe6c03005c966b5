import type { PoolClient } from '../pool.js';

/** One row of `findings`, as those who compute them see it. Times are ms since 1970 UTC, both included. */
export interface StoredFinding {
  readonly id: number;
  readonly seriesId: number;
  readonly rule: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly evidence: unknown;
  /** Whether an operator dealt with it. */
  readonly isTouched: boolean;
  /** Whether the readings no longer say so. */
  readonly isWithdrawn: boolean;
}

const COLUMNS = `f.id, f.series_id as "seriesId", f.rule, (extract(epoch from f.from_ts) * 1000)::float8 as "fromMs",
  (extract(epoch from f.to_ts) * 1000)::float8 as "toMs", f.evidence, f.state <> 'open' as "isTouched",
  f.withdrawn_at is not null as "isWithdrawn"`;

/** Those that begin in a UTC day of the pass's spans: each once for each span. */
export async function readFindings(client: PoolClient): Promise<StoredFinding[]> {
  const { rows } = await client.query<StoredFinding>(
    `select ${COLUMNS} from pass_spans w cross join lateral (
       select * from findings
       where series_id = w.series_id and from_ts >= date_trunc('day', w.inner_from at time zone 'UTC') at time zone 'UTC'
         and from_ts < date_trunc('day', w.inner_to at time zone 'UTC' + interval '1 day' - interval '1 us') at time zone 'UTC'
       offset 0
     ) f`,
  );
  return rows;
}

/** Those of some rules that begin at exactly these times. */
export async function readFindingsAt(
  client: PoolClient,
  rules: readonly string[],
  places: readonly { readonly seriesId: number; readonly ms: number }[],
): Promise<StoredFinding[]> {
  if (places.length === 0) return [];
  const { rows } = await client.query<StoredFinding>(
    `select ${COLUMNS} from unnest($1::integer[], $2::timestamptz[]) as u (series_id, ts)
     join findings f on f.series_id = u.series_id and f.from_ts = u.ts
     where f.rule = any ($3::text[])`,
    [places.map(({ seriesId }) => seriesId), places.map(({ ms }) => new Date(ms)), rules],
  );
  return rows;
}

export type NewFinding = Omit<StoredFinding, 'id' | 'isTouched' | 'isWithdrawn'>;

export interface FindingChanges {
  readonly added: readonly NewFinding[];
  /** Other than they were, or back again. */
  readonly changed: readonly StoredFinding[];
  readonly gone: readonly number[];
  readonly withdrawn: readonly number[];
}

/** Nobody else adds findings of these series meanwhile; what operators made of them is left as it is. */
export async function writeFindings(
  client: PoolClient,
  { added, changed, gone, withdrawn }: FindingChanges,
): Promise<void> {
  if (gone.length > 0) {
    // An edit may have dealt with one since it was read.
    await client.query(`delete from findings where id = any ($1::bigint[]) and state = 'open'`, [gone]);
  }
  if (withdrawn.length > 0) {
    await client.query(`update findings set withdrawn_at = clock_timestamp() where id = any ($1::bigint[])`, [
      withdrawn,
    ]);
  }
  if (changed.length > 0) {
    await client.query(
      `update findings f set to_ts = u.to_ts, evidence = u.evidence, withdrawn_at = null
       from unnest($1::bigint[], $2::timestamptz[], $3::jsonb[]) as u (id, to_ts, evidence) where f.id = u.id`,
      [
        changed.map(({ id }) => id),
        changed.map(({ toMs }) => new Date(toMs)),
        changed.map(({ evidence }) => JSON.stringify(evidence)),
      ],
    );
  }
  if (added.length > 0) {
    await client.query(
      `insert into findings (series_id, rule, from_ts, to_ts, evidence)
       select * from unnest($1::integer[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::jsonb[])`,
      [
        added.map(({ seriesId }) => seriesId),
        added.map(({ rule }) => rule),
        added.map(({ fromMs }) => new Date(fromMs)),
        added.map(({ toMs }) => new Date(toMs)),
        added.map(({ evidence }) => JSON.stringify(evidence)),
      ],
    );
  }
}
