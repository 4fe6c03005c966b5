import pino from 'pino';
import { Registry } from 'prom-client';
import { vi } from 'vitest';
import { RollupLoop } from '../../server/rollups/rollup-loop.js';
import type { Pool } from '../../store/pool.js';
import { PATIENCE } from './eventually.js';

/** Runs the loop that keeps the aggregates until nothing is marked any more. */
export async function runRollups(pool: Pool): Promise<void> {
  const stop = new AbortController();
  const loop = new RollupLoop({
    pool,
    intervalMs: 1,
    logger: pino({ level: 'silent' }),
    registry: new Registry(),
  });
  const running = loop.run(stop.signal);
  try {
    await vi.waitFor(async () => {
      const { rows } = await pool.query('select from rollup_marks limit 1');
      if (rows.length > 0) throw new Error('some aggregates are still to be computed');
    }, PATIENCE);
  } finally {
    stop.abort();
    await running;
  }
}
