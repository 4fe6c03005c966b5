import { audited } from '../../store/audit/audited.js';
import { beginHistory } from '../../store/database-history.js';
import { operatorOrigin } from './audit-part.js';
import { withCommandPool } from './with-command-pool.js';

/** The `restored` command; gives the id of the new history. Rejects with DATABASE_REQUIRED, DATABASE_UNAVAILABLE or DATABASE_NOT_MIGRATED. */
export function runRestored(): Promise<string> {
  return withCommandPool('restored', (pool) =>
    audited(pool, operatorOrigin(), async (statements) => {
      const history = await beginHistory(statements, 'told by meterpulse restored');
      const detail = { history };
      const event = { action: 'database.restored', outcome: 'done', subject: null, detail } as const;
      return { result: history, events: [event] };
    }),
  );
}
