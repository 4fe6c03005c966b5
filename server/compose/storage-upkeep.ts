import { compactDays } from '../../store/compaction/compact-days.js';
import { dayOf } from '../../store/partitions.js';
import { retain } from '../../store/retention/retain.js';
import type { Pool } from '../../store/pool.js';
import { repeat } from '../lifecycle/repeat.js';
import type { Part } from '../lifecycle/run-stack.js';
import { retentionOf } from './retention-of.js';
import type { RoleContext } from './role-context.js';

const EVERY_MS = 3_600_000;
/** Half of the time: readings of today come first. */
const REST = 1;

/** Drops what is older than it is kept, and moves old days into their columnar form, in one worker at a time. Without variables it does neither. */
export function storageUpkeep({ config, logger }: RoleContext, pool: Pool): Part {
  const drop = async (signal: AbortSignal): Promise<void> => {
    const retention = retentionOf(config);
    if (retention.raw === null) return;
    const retained = await retain({ pool, retention, signal });
    if (retained === 'busy' || signal.aborted) return;
    if (retained.days + retained.aggregates > 0)
      logger.info(retained, 'what is older than it is kept was dropped');
    if (retained.left > 0 || !retained.isRaised) {
      logger.warn(
        retained,
        'not all that is older than it is kept could be dropped; trying again in an hour',
      );
    }
  };
  const compact = async (signal: AbortSignal): Promise<void> => {
    const { COMPACT_AFTER_DAYS } = config;
    if (COMPACT_AFTER_DAYS === undefined) return;
    const before = dayOf(Date.now()) - COMPACT_AFTER_DAYS;
    const compacted = await compactDays({ pool, before, rest: REST, signal });
    if (compacted !== 'busy' && compacted.readings > 0) logger.info(compacted, 'old days were compacted');
  };
  const onError = (error: unknown): void =>
    logger.warn({ err: error }, 'old days could not be dropped or compacted; trying again in an hour');
  return {
    name: 'storage upkeep',
    run: (signal) =>
      repeat(
        async () => {
          await drop(signal);
          await compact(signal);
        },
        { everyMs: EVERY_MS, onError },
        signal,
      ),
  };
}
