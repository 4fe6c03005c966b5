import { auditEvent } from '../../store/audit/audited.js';
import { compactDays, type Compacted, type CompactionProgress } from '../../store/compaction/compact-days.js';
import type { Day } from '../../store/partitions.js';
import { readStorageReport, type StorageReport } from '../../store/storage/storage-report.js';
import { operatorOrigin } from './audit-part.js';
import { withCommandPool } from './with-command-pool.js';

export interface StorageFigures extends StorageReport {
  /** COMPACT_AFTER_DAYS where this command runs; null: it is not set. */
  readonly compactAfterDays: number | null;
}

/** The `storage` command. Rejects with DATABASE_REQUIRED, DATABASE_UNAVAILABLE or DATABASE_NOT_MIGRATED. */
export function runStorageReport(): Promise<StorageFigures> {
  return withCommandPool(
    'worker',
    async (pool, config) => ({
      ...(await readStorageReport(pool)),
      compactAfterDays: config.COMPACT_AFTER_DAYS ?? null,
    }),
    { name: 'storage' },
  );
}

export interface CompactRequest {
  readonly before: Day;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CompactionProgress) => void;
}

/** The `storage compact` command. 'busy': another process compacts. Rejects as the above: what was done stays. */
export function runCompact(request: CompactRequest): Promise<Compacted | 'busy'> {
  return withCommandPool(
    'worker',
    async (pool) => {
      const compacted = await compactDays({ ...request, pool, vacuum: true });
      if (compacted !== 'busy') {
        await auditEvent(pool, operatorOrigin(), {
          action: 'storage.compact',
          outcome: 'done',
          subject: null,
          detail: { ...compacted, isWhole: !request.signal.aborted },
        });
      }
      return compacted;
    },
    // One has the lock of whoever compacts.
    { name: 'storage', connections: 2 },
  );
}
