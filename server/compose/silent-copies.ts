import { endSilentCopies } from '../../store/end-silent-copies.js';
import type { Pool } from '../../store/pool.js';
import { repeat } from '../lifecycle/repeat.js';
import type { Part } from '../lifecycle/run-stack.js';
import type { RoleContext } from './role-context.js';

const EVERY_MS = 5_000;
/** As long as a transaction of a frozen process may be idle; a COPY of ours takes a second or two. */
const SILENT_AFTER_MS = 30_000;

/** Frees what a process holds that was frozen in the midst of a COPY. */
export function silentCopies({ logger }: RoleContext, pool: Pool): Part {
  const onError = (error: unknown): void => {
    logger.debug({ err: error }, 'sessions could not be looked at');
  };
  const look = async (): Promise<void> => {
    const ended = await endSilentCopies(pool, SILENT_AFTER_MS);
    if (ended > 0)
      logger.warn({ sessions: ended }, 'ended sessions of a process that was frozen in the midst of a COPY');
  };
  return { name: 'silent copies', run: (signal) => repeat(look, { everyMs: EVERY_MS, onError }, signal) };
}
