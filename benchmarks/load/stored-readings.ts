import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const POLL_MS = 100;

/**
 * Waits until the table has so many readings, for as long as their number rises: a machine that others use takes longer, and
 * only a worker that stands still is broken. @returns seconds it took. Rejects when nothing was stored for `stallMs`, or too many are.
 */
export async function untilStored(databaseUrl: string, readings: number, stallMs: number): Promise<number> {
  const started = performance.now();
  let [before, roseAt] = [-1, started];
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ count: number }>('select count(*)::int as count from readings');
      const count = rows[0]?.count ?? 0;
      const now = performance.now();
      if (count === readings) return (now - started) / 1_000;
      if (count > readings) throw new Error(`${count} readings are stored, and ${readings} were sent`);
      if (count > before) [before, roseAt] = [count, now];
      if (now - roseAt > stallMs) {
        const seconds = Math.round(stallMs / 1_000);
        throw new Error(
          `nothing was stored for ${seconds} s, with ${count} of ${readings} readings in the table`,
        );
      }
      await delay(POLL_MS);
    }
  } finally {
    await client.end();
  }
}
