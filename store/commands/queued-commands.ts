import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';

export interface QueuedCommand {
  readonly id: string;
  readonly chargePointId: string;
}

const PAGE_ROWS = 1_000;

/** Gives all commands that wait for a gateway, the oldest first, page by page. Rejects with DATABASE_UNAVAILABLE. */
export async function* queuedCommands(pool: Pool): AsyncGenerator<readonly QueuedCommand[]> {
  let after: string | null = null;
  for (;;) {
    const page: (QueuedCommand & { readonly key: string })[] = await readPage(pool, after);
    if (page.length > 0) yield page;
    if (page.length < PAGE_ROWS) return;
    after = page.at(-1)?.key ?? null;
  }
}

/** Walks commands_open; the key is kept as PostgreSQL wrote it, which has more digits than a Date. */
async function readPage(pool: Pool, after: string | null): Promise<(QueuedCommand & { key: string })[]> {
  try {
    const [at = null, id = null] = after?.split('|') ?? [];
    const { rows } = await pool.query<QueuedCommand & { key: string }>(
      `select id, charge_point_id as "chargePointId", requested_at || '|' || id as key
       from commands
       where state in ('queued', 'sent') and state = 'queued' and expires_at > clock_timestamp()
         and ($1::timestamptz is null or (requested_at, id) > ($1::timestamptz, $2::uuid))
       order by requested_at, id
       limit ${PAGE_ROWS}`,
      [at, id],
    );
    return rows;
  } catch (error) {
    throw asOutage(error);
  }
}
