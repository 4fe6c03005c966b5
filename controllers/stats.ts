import type { ReadDatabase } from '../store/read/read-database.js';
import { readStats } from '../store/read/stats.js';
import { ok, type Answer } from './answer.js';

export function statsController(database: ReadDatabase) {
  return {
    show: async (): Promise<Answer> => {
      const { messages, readings, chargePoints, transactions, from, to } = await database.read(readStats);
      return ok({
        messages,
        readings,
        chargePoints,
        transactions,
        from: from?.toISOString() ?? null,
        to: to?.toISOString() ?? null,
      });
    },
  };
}
