import { ensurePartitionsAhead } from '../../store/partitions.js';
import type { Pool } from '../../store/pool.js';
import { repeat } from '../lifecycle/repeat.js';
import type { Part } from '../lifecycle/run-stack.js';
import type { RoleContext } from './role-context.js';

const EVERY_MS = 3_600_000;

/** Makes tomorrow's partitions before midnight, so that the first flush of a day waits for nothing. */
export function partitionUpkeep({ config, logger }: RoleContext, pool: Pool): Part {
  const onError = (error: unknown): void => {
    // The flush makes what is missing by itself, and says so when it can't.
    logger.warn({ err: error }, 'day partitions could not be made ahead; trying again in an hour');
  };
  return {
    name: 'partition upkeep',
    run: (signal) =>
      repeat(
        () => ensurePartitionsAhead(pool, config.PARTITIONS_AHEAD_DAYS),
        { everyMs: EVERY_MS, onError },
        signal,
      ),
  };
}
