import { createHash } from 'node:crypto';
import { ALL_STORED_READINGS } from './compaction/stored-readings.js';
import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

/** What one table has of one day. */
export interface ContentDigest {
  readonly table: string;
  /** UTC, `2026-03-10`; null: its rows are of no day. */
  readonly day: string | null;
  readonly rows: number;
  /** Of all its rows, whatever their order: 16 hexadecimal digits. */
  readonly digest: string;
}

export interface DigestRange {
  /** Half-open, whole UTC days as `2026-03-10`; null: no bound. For what is of a day. */
  readonly from: string | null;
  readonly to: string | null;
}

interface Source {
  readonly table: string;
  /** Of a row, an SQL expression; null: of none. */
  readonly day: string | null;
  /** All that a row says, by names instead of ids: an SQL expression. */
  readonly said: string;
  readonly from: string;
}

const SERIES = 's.charge_point_id, s.evse_id, s.connector_id, s.measurand, s.phase, s.location, s.unit';
const OF_SERIES = 'join series s on s.id = r.series_id';

const ofReadings = (table: string, from = table): Source => ({
  table,
  day: 'r.ts',
  said: `row(${SERIES}, c.name, r.ts, r.value, t.external_id, r.quality)`,
  from: `${from} r ${OF_SERIES} join contexts c on c.id = r.context left join transactions t on t.id = r.transaction_id`,
});

const ofBuckets = (table: string): Source => ({
  table,
  day: 'r.bucket',
  said: `row(${SERIES}, to_jsonb(r) - array['series_id', 'late'])`,
  from: `${table} r ${OF_SERIES}`,
});

/** Encrypted id tags are bound to the id of their row, which may be another one; their hashes are not. */
const SESSION = `to_jsonb(t) - 'id' - 'erased_at' -
  case when t.id_tag_blinds is null then '{}' else '{id_tag,stop_id_tag,authorized_id_tag}' end::text[]`;

/**
 * What is a function of the log, of the registry and of edits, and so the same after a restore. Left out is what depends on when something was
 * done: ids, flushes (`batch_id`), owners, the feed's positions, who is connected. So does `received_at` of a reading that was sent twice:
 * which of the two it is depends on whether one flush had both; and so do findings of clocks, which rest on it.
 */
const SOURCES: readonly Source[] = [
  // Which form a day has is no difference.
  ofReadings('readings', ALL_STORED_READINGS),
  ofReadings('reading_conflicts'),
  ofReadings('latest_readings'),
  {
    table: 'waiting_readings',
    day: 'w.ts',
    said: `row(t.charge_point_id, t.external_id, to_jsonb(w) - array['id', 'transaction_id', 'batch_id'])`,
    from: 'waiting_readings w join transactions t on t.id = w.transaction_id',
  },
  {
    table: 'signed_values',
    day: 'v.ts',
    said: `row(t.external_id, to_jsonb(v) - array['id', 'transaction_id'])`,
    from: 'signed_values v left join transactions t on t.id = v.transaction_id',
  },
  { table: 'transactions', day: null, said: SESSION, from: 'transactions t' },
  ofBuckets('rollup_15m'),
  ofBuckets('rollup_1h'),
  ofBuckets('rollup_1d'),
  {
    table: 'transaction_slices',
    day: null,
    said: `row(${SERIES}, t.external_id, to_jsonb(r) - array['series_id', 'transaction_id'])`,
    from: `transaction_slices r ${OF_SERIES} join transactions t on t.id = r.transaction_id`,
  },
  {
    table: 'findings',
    day: 'r.from_ts',
    said: `row(${SERIES}, r.rule, r.from_ts, r.to_ts, r.evidence)`,
    from: `(select * from findings where rule <> 'clock_drift' and withdrawn_at is null) r ${OF_SERIES}`,
  },
  {
    table: 'estimates',
    day: 'r.to_ts',
    said: `row(${SERIES}, to_jsonb(r) - 'series_id')`,
    from: `estimates r ${OF_SERIES}`,
  },
  {
    table: 'edits',
    day: 'e.from_ts',
    said: `row(${SERIES}, t.external_id, to_jsonb(e) - array['id', 'series_id', 'transaction_id', 'finding_id'])`,
    from: 'edits e join series s on s.id = e.series_id left join transactions t on t.id = e.transaction_id',
  },
  {
    table: 'quarantine',
    day: null,
    said: `to_jsonb(q) - array['id', 'received_at', 'redriven_at', 'resolved_at']`,
    from: 'quarantine q',
  },
  {
    table: 'charge_points',
    day: null,
    said: 'row(p.id, p.label, p.site, p.status)',
    from: 'charge_points p',
  },
  {
    table: 'consumer_positions',
    day: null,
    said: `to_jsonb(p) - array['owner_epoch', 'noticed_offset', 'updated_at']`,
    from: 'consumer_positions p',
  },
];

/**
 * Digests of all that is stored, by table and UTC day, of one moment: rows may be written meanwhile. Equal ones mean equal rows.
 * Reads every row once. Rejects with DATABASE_UNAVAILABLE.
 */
export async function digestContent(pool: Pool, range: DigestRange): Promise<ContentDigest[]> {
  const client = await pool.connect().catch((error: unknown) => {
    throw asOutage(error);
  });
  let failed = true;
  try {
    await client.query('begin isolation level repeatable read, read only');
    const digests: ContentDigest[] = [];
    for (const source of SOURCES) {
      const { rows } = await client.query<{ day: string | null; rows: number; sum: string }>(
        statement(source),
        source.day === null ? [] : [range.from, range.to],
      );
      for (const { day, rows: count, sum } of rows) {
        digests.push({ table: source.table, day, rows: count, digest: shortHash(`${count} ${sum}`) });
      }
    }
    await client.query('commit');
    failed = false;
    return digests;
  } catch (error) {
    throw asOutage(error);
  } finally {
    // A connection with an open transaction is of no use to anybody.
    client.release(failed);
  }
}

/** One for them all. */
export function totalDigest(digests: readonly ContentDigest[]): string {
  return shortHash(digests.map(({ table, day, digest }) => `${table} ${day ?? ''} ${digest}`).join('\n'));
}

/** Sums of hashes are the same in any order, and tell a row that is there twice from one. */
function statement({ day, said, from }: Source): string {
  const dayOf = day === null ? 'null' : `to_char(${day} at time zone 'UTC', 'YYYY-MM-DD')`;
  const bounds =
    day === null
      ? ''
      : `where ($1::text is null or ${day} >= ($1 || ' 00:00+00')::timestamptz)
           and ($2::text is null or ${day} < ($2 || ' 00:00+00')::timestamptz)`;
  return `
    select ${dayOf} as day, count(*)::bigint as rows,
      coalesce(sum(('x' || left(md5((${said})::text), 16))::bit(64)::bigint), 0)::text as sum
    from ${from} ${bounds} group by 1 order by 1`;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
