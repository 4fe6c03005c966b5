import type { ReadDatabase } from '../store/read/read-database.js';
import { ok, type Answer } from './answer.js';

export function healthController(database: ReadDatabase) {
  return {
    /** 200 while PostgreSQL answers, else 503. Why it doesn't is for the log, not for the outside. */
    show: async (): Promise<Answer> => {
      const up = await database.ping().then(
        () => true,
        () => false,
      );
      return up
        ? ok({ status: 'ok', database: 'ok' })
        : { kind: 'body', status: 503, body: { status: 'unavailable', database: 'unavailable' } };
    },
  };
}
