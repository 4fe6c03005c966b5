import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const POLL_MS = 100;

/** Waits until the table has so many readings. @returns seconds it took. Rejects when it has not after `timeoutMs`, or has more. */
export async function untilStored(databaseUrl: string, readings: number, timeoutMs: number): Promise<number> {
  const started = performance.now();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ count: number }>('select count(*)::int as count from readings');
      const count = rows[0]?.count ?? 0;
      const seconds = (performance.now() - started) / 1_000;
      if (count === readings) return seconds;
      if (count > readings) throw new Error(`${count} readings are stored, and ${readings} were sent`);
      if (seconds * 1_000 > timeoutMs)
        throw new Error(`${count} of ${readings} readings were stored in time`);
      await delay(POLL_MS);
    }
  } finally {
    await client.end();
  }
}
