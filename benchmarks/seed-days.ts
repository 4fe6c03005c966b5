import { DayPartitions, dayOf } from '../store/partitions.js';
import type { Pool } from '../store/pool.js';

const DAY_MS = 86_400_000;

/** Day partitions as a worker makes them. */
export async function prepareDays(pool: Pool, fromMs: number, days: number): Promise<void> {
  const partitions = new DayPartitions({ pool, max: days + 100 });
  const refused = await partitions.ensurePartitions(
    Array.from({ length: days }, (_, day) => dayOf(fromMs + day * DAY_MS)),
  );
  if (refused.size > 0) throw new Error(`${refused.size} days can't be had`);
}
