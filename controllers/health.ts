import { setTimeout as delay } from 'node:timers/promises';
import type { ReadDatabase } from '../store/read/read-database.js';
import { ok, type Answer } from './answer.js';

/** Who asks for health has a timeout of its own: an answer that takes longer than this is a no. */
const DEADLINE_MS = 2_000;

export function healthController(database: Pick<ReadDatabase, 'ping'>, deadlineMs = DEADLINE_MS) {
  return {
    /** 200 while PostgreSQL answers, else 503. Why it doesn't is for the log, not for the outside. */
    show: async (): Promise<Answer> =>
      (await isUp(database, deadlineMs))
        ? ok({ status: 'ok', database: 'ok' })
        : {
            kind: 'body',
            status: 503,
            body: { status: 'unavailable', database: 'unavailable' },
            headers: {},
          },
  };
}

async function isUp(database: Pick<ReadDatabase, 'ping'>, deadlineMs: number): Promise<boolean> {
  const controller = new AbortController();
  const answer = database.ping().then(
    () => true,
    () => false,
  );
  const late = delay(deadlineMs, false, { signal: controller.signal }).catch(() => false);
  try {
    return await Promise.race([answer, late]);
  } finally {
    controller.abort();
  }
}
