import { inTransaction } from '../in-transaction.js';
import type { Pool, PoolClient } from '../pool.js';
import { asOutage } from '../postgres-error.js';
import type { AuditEvent, AuditOrigin } from './audit-entry.js';
import { insertAudit } from './insert-audit.js';

/** Where the statements of a change run: a transaction, or a pool. */
export type Statements = Pick<PoolClient, 'query'>;

/** What a change has come to, and what the audit is told of it; no event: nothing was changed. */
export interface AuditedResult<Result> {
  readonly result: Result;
  readonly events: readonly AuditEvent[];
}

/**
 * Makes a change and its entry in the audit in one transaction: there is never the one without the other. Rejects with
 * DATABASE_UNAVAILABLE, or with what `change` rejects with: then neither is there.
 */
export async function audited<Result>(
  pool: Pool,
  origin: AuditOrigin,
  change: (statements: Statements) => Promise<AuditedResult<Result>>,
): Promise<Result> {
  try {
    return await inTransaction(pool, async (client) => {
      const { result, events } = await change(client);
      await insertAudit(
        client,
        events.map((event) => ({ ...origin, ...event })),
      );
      return result;
    });
  } catch (error) {
    throw asOutage(error);
  }
}

/** An entry of its own, of what no transaction can be with. Resolves when it is there. Rejects with DATABASE_UNAVAILABLE. */
export async function auditEvent(
  pool: Pick<Pool, 'query'>,
  origin: AuditOrigin,
  event: AuditEvent,
): Promise<void> {
  try {
    await insertAudit(pool, [{ ...origin, ...event }]);
  } catch (error) {
    throw asOutage(error);
  }
}
