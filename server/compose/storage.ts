import { auditEvent } from '../../store/audit/audited.js';
import { compactDays, type Compacted, type CompactionProgress } from '../../store/compaction/compact-days.js';
import { readStorageReport, type StorageReport } from '../../store/storage/storage-report.js';
import { dayOf, existingDays, type Day } from '../../store/partitions.js';
import { KEPT_DAYS, type DroppedDay } from '../../store/retention/drop-readings.js';
import { retain, type Retained } from '../../store/retention/retain.js';
import { retentionOf } from './retention-of.js';
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

export interface RetainRequest {
  /** Only counts the days. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly onDropped: (dropped: DroppedDay) => void;
}

export type RetainReport = Retained;

/** The `storage retain` command. 'busy': another process drops or compacts days; 'unset': nothing is to be dropped, ever. */
export function runRetain(request: RetainRequest): Promise<RetainReport | 'busy' | 'unset'> {
  return withCommandPool(
    'worker',
    async (pool, config) => {
      const retention = retentionOf(config);
      if (retention.raw === null) return 'unset';
      if (request.dryRun) {
        const before = dayOf(Date.now()) - retention.raw - KEPT_DAYS;
        const days = [...(await existingDays(pool))].filter((day) => day < before).length;
        return { days, left: 0, aggregates: 0, isRaised: true };
      }
      const { signal, onDropped } = request;
      const retained = await retain({ pool, retention, signal, onDropped });
      if (retained !== 'busy') {
        await auditEvent(pool, operatorOrigin(), {
          action: 'storage.retain',
          outcome: 'done',
          subject: null,
          detail: { ...retained, isWhole: !signal.aborted },
        });
      }
      return retained;
    },
    { name: 'storage', connections: 2 },
  );
}
