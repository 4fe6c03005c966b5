import { compactDays } from '../../store/compaction/compact-days.js';
import { dayOf } from '../../store/partitions.js';
import type { Pool } from '../../store/pool.js';
import { repeat } from '../lifecycle/repeat.js';
import type { Part } from '../lifecycle/run-stack.js';
import type { RoleContext } from './role-context.js';

const EVERY_MS = 3_600_000;
/** Half of the time: readings of today come first. */
const REST = 1;

/** Moves old days into their columnar form, in one worker at a time. Without COMPACT_AFTER_DAYS it does nothing. */
export function storageUpkeep({ config, logger }: RoleContext, pool: Pool): Part {
  const compact = async (signal: AbortSignal): Promise<void> => {
    const { COMPACT_AFTER_DAYS } = config;
    if (COMPACT_AFTER_DAYS === undefined) return;
    const before = dayOf(Date.now()) - COMPACT_AFTER_DAYS;
    const compacted = await compactDays({ pool, before, rest: REST, signal });
    if (compacted !== 'busy' && compacted.readings > 0) logger.info(compacted, 'old days were compacted');
  };
  const onError = (error: unknown): void =>
    logger.warn({ err: error }, 'old days could not be compacted; trying again in an hour');
  return {
    name: 'storage upkeep',
    run: (signal) => repeat(() => compact(signal), { everyMs: EVERY_MS, onError }, signal),
  };
}
