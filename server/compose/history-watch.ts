import { HistoryGuard, readHistory } from '../../store/database-history.js';
import type { Pool } from '../../store/pool.js';
import type { Part } from '../lifecycle/run-stack.js';
import { repeat } from '../lifecycle/repeat.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { RoleContext } from './role-context.js';

const EVERY_MS = 5_000;

/** Ends the process when the database is another one than at its start: what it knows by heart, as what ids stand for, is void. */
export function historyWatch({ logger }: RoleContext, pool: Pool): Part {
  const guard = new HistoryGuard();
  return {
    name: 'history',
    run: async (signal) => {
      const restored = new AbortController();
      const onError = (error: unknown): void => {
        if (error instanceof MeterpulseError && error.code === 'DATABASE_RESTORED') restored.abort(error);
        else logger.debug({ err: error }, 'the history of the database could not be asked for');
      };
      const look = async (): Promise<void> => guard.check(await readHistory(pool));
      const either = AbortSignal.any([signal, restored.signal]);
      await repeat(look, { everyMs: EVERY_MS, onError }, either);
      if (restored.signal.aborted) throw restored.signal.reason;
    },
  };
}
