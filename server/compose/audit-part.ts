import { hostname, userInfo } from 'node:os';
import type { AuditOrigin, AuditSource } from '../../store/audit/audit-entry.js';
import { ensureAuditMonths } from '../../store/audit/audit-months.js';
import { insertAudit } from '../../store/audit/insert-audit.js';
import type { Pool } from '../../store/pool.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { repeat } from '../lifecycle/repeat.js';
import type { Part } from '../lifecycle/run-stack.js';
import type { RoleContext } from './role-context.js';

const UPKEEP_EVERY_MS = 3_600_000;

/** What one process tells the audit beside its changes. */
export function createAuditTrail(
  { logger, registry }: RoleContext,
  pool: Pool,
  source: AuditSource,
): AuditTrail {
  return new AuditTrail({ write: (entries) => insertAudit(pool, entries), source, logger, registry });
}

/** Named before what tells it, it stops after that. */
export function auditPart(trail: AuditTrail): Part {
  return { name: 'audit', run: (signal) => trail.run(signal) };
}

/** Makes the months of the audit ahead. */
export function auditUpkeep({ logger }: RoleContext, pool: Pool): Part {
  const onError = (error: unknown): void => {
    // What comes in a month that nobody made is kept in `audit_rest` until somebody does.
    logger.warn({ err: error }, 'months of the audit could not be made ahead; trying again in an hour');
  };
  return {
    name: 'audit upkeep',
    run: (signal) => repeat(() => ensureAuditMonths(pool), { everyMs: UPKEEP_EVERY_MS, onError }, signal),
  };
}

/** Who runs a command: an account of this machine, as far as the machine tells. */
export function operatorOrigin(source: 'command' | 'migrate' = 'command'): AuditOrigin {
  return { actor: accountName(), actorKind: 'operator', address: hostname(), source, requestId: null };
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account of a container may have a number and no name.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
