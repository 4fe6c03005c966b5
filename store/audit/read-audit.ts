import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';
import type { AuditActorKind, AuditOutcome } from './audit-entry.js';

/** What is looked for; null: any. Names are exact, but for a `*` at their end. */
export interface AuditFilter {
  readonly fromMs: number | null;
  /** Itself not included. */
  readonly toMs: number | null;
  readonly actor: string | null;
  readonly action: string | null;
  readonly outcome: AuditOutcome | null;
  readonly subject: string | null;
  readonly address: string | null;
  readonly source: string | null;
  readonly requestId: string | null;
}

export interface AuditRow {
  readonly id: number;
  readonly at: Date;
  /** null: it was one. */
  readonly until: Date | null;
  readonly count: number;
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly actor: string | null;
  readonly actorKind: AuditActorKind;
  readonly subject: string | null;
  readonly address: string | null;
  readonly source: string;
  readonly requestId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly databaseRole: string;
  /** `at` with its microseconds, as text: where the next page begins. */
  readonly exactAt: string;
}

const PAGE_ROWS = 1_000;

const SQL = `
  select id, at, until, count, action, outcome, actor, actor_kind as "actorKind", subject, address, source,
    request_id as "requestId", detail, database_role as "databaseRole", at::text as "exactAt"
  from audit
  where ($1::timestamptz is null or at >= $1) and ($2::timestamptz is null or at < $2)
    and ($3::text is null or actor like $3) and ($4::text is null or action like $4)
    and ($5::text is null or outcome = $5) and ($6::text is null or subject like $6)
    and ($7::text is null or address like $7) and ($8::text is null or source = $8)
    and ($9::text is null or request_id = $9)
    and ($10::timestamptz is null or (at, id) < ($10, $11::bigint))
  order by at desc, id desc
  limit $12`;

/** Entries from the newest on, page by page: memory stays flat. Rejects with DATABASE_UNAVAILABLE. */
export async function* readAudit(
  pool: Pool,
  filter: AuditFilter,
  limit: number,
): AsyncGenerator<readonly AuditRow[]> {
  let after: AuditRow | null = null;
  for (let left = limit; left > 0;) {
    const size = Math.min(left, PAGE_ROWS);
    const rows: readonly AuditRow[] = await readPage(pool, filter, after, size);
    if (rows.length > 0) yield rows;
    if (rows.length < size) return;
    after = rows.at(-1) ?? null;
    left -= rows.length;
  }
}

async function readPage(
  pool: Pool,
  filter: AuditFilter,
  after: AuditRow | null,
  size: number,
): Promise<readonly AuditRow[]> {
  const values = [
    time(filter.fromMs),
    time(filter.toMs),
    pattern(filter.actor),
    pattern(filter.action),
    filter.outcome,
    pattern(filter.subject),
    pattern(filter.address),
    filter.source,
    filter.requestId,
    after?.exactAt ?? null,
    after?.id ?? null,
    size,
  ];
  try {
    return (await pool.query<AuditRow>(SQL, values)).rows;
  } catch (error) {
    throw asOutage(error);
  }
}

function time(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

/** Of LIKE: a `*` at the end is any rest, everything else means itself. */
function pattern(name: string | null): string | null {
  if (name === null) return null;
  const isPrefix = name.endsWith('*');
  const exact = (isPrefix ? name.slice(0, -1) : name).replace(/[\\%_]/g, '\\$&');
  return isPrefix ? `${exact}%` : exact;
}
