import { auditEvent } from '../../store/audit/audited.js';
import type { RotationOptions, RotationReport } from '../../store/encryption/rotation/rotate-keys.js';
import { rotateKeys } from '../../store/encryption/rotation/rotate-keys.js';
import { checkDataKeys } from '../../store/encryption/check-data-keys.js';
import { eraseIdTag, type Erased } from '../../store/erasure/erase-id-tag.js';
import type { ErasureOptions } from '../../store/erasure/erasure-options.js';
import type { Pool } from '../../store/pool.js';
import { operatorOrigin } from './audit-part.js';
import { withCommandPool } from './with-command-pool.js';

/** The `credentials rotate-keys` command. Rejects as `rotateKeys`, or with DATABASE_REQUIRED or DATABASE_NOT_MIGRATED. */
export function runRotateKeys(options: Omit<RotationOptions, 'pool'>): Promise<RotationReport> {
  return withPool(async (pool) => {
    const report = await rotateKeys({ ...options, pool });
    const { key, tables, isComplete, needless } = report;
    await auditEvent(pool, operatorOrigin(), {
      action: 'data-keys.rotate',
      outcome: 'done',
      subject: key,
      detail: { rows: tables.reduce((sum, { rows }) => sum + rows, 0), isComplete, needless },
    });
    return report;
  });
}

/** The `erase` command. Rejects as `eraseIdTag`, or with DATABASE_REQUIRED or DATABASE_NOT_MIGRATED. */
export function runErase(options: Omit<ErasureOptions, 'pool'>): Promise<Erased> {
  return withPool(async (pool) => {
    await checkDataKeys(pool);
    const erased = await eraseIdTag({ ...options, pool });
    if (!options.dryRun) {
      const detail = { ...erased, isComplete: !options.signal.aborted };
      const event = { action: 'person.erase', outcome: 'done', subject: null, detail } as const;
      await auditEvent(pool, operatorOrigin(), event);
    }
    return erased;
  });
}

function withPool<Result>(work: (pool: Pool) => Promise<Result>): Promise<Result> {
  return withCommandPool('credentials', work, { name: 'privacy', encrypts: true });
}
