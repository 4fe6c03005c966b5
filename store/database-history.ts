import { MeterpulseError } from '../helpers/meterpulse-error.js';
import type { Statements } from './audit/audited.js';
import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

/** SQL of the id of the history that is gone on with. */
export const HISTORY_ID = '(select id from database_history)';

/** Id of the history that is gone on with. Rejects with DATABASE_UNAVAILABLE. */
export async function readHistory(pool: Pool): Promise<string> {
  try {
    const { rows } = await pool.query<{ id: string }>(`select ${HISTORY_ID} as id`);
    const [row] = rows;
    if (row === undefined) throw new Error('a select without from gives one row');
    return row.id;
  } catch (error) {
    throw asOutage(error);
  }
}

/**
 * What clients and processes remember of this database is void from now on: the feed is emptied and its positions move on, answers
 * get other versions, and every process that knows it by heart ends. Gives the id of the new history.
 */
export async function beginHistory(statements: Statements, cause: string): Promise<string> {
  const { rows } = await statements.query<{ id: string }>('select begin_history($1) as id', [cause]);
  const [row] = rows;
  if (row === undefined) throw new Error('a select without from gives one row');
  return row.id;
}

/** Remembers the first history that it is shown, and throws DATABASE_RESTORED at another one. */
export class HistoryGuard {
  private known: string | null = null;

  check(id: string): void {
    this.known ??= id;
    if (this.known === id) return;
    throw new MeterpulseError(
      'DATABASE_RESTORED',
      'the database is not the one that this process knows: it was restored, or has lost what it had confirmed',
    );
  }
}
