import { tidyCommands } from '../../store/commands/tidy-commands.js';
import type { Pool } from '../../store/pool.js';
import { repeat } from '../lifecycle/repeat.js';
import type { Part } from '../lifecycle/run-stack.js';
import type { RoleContext } from './role-context.js';

const EVERY_MS = 3_600_000;

/** Ends commands that nobody has any more, and deletes old ones. */
export function commandUpkeep({ config, logger }: RoleContext, pool: Pool): Part {
  const onError = (error: unknown): void => {
    logger.warn({ err: error }, 'old commands could not be deleted; trying again in an hour');
  };
  return {
    name: 'command upkeep',
    run: (signal) =>
      repeat(() => tidyCommands(pool, config.COMMAND_RETENTION_DAYS), { everyMs: EVERY_MS, onError }, signal),
  };
}
