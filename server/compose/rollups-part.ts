import { createPool, type Pool } from '../../store/pool.js';
import type { Part } from '../lifecycle/run-stack.js';
import { RollupLoop } from '../rollups/rollup-loop.js';
import type { RoleContext } from './role-context.js';
import { thresholdsOf } from './thresholds.js';

/** One that computes, one that keeps the books, one that is asked for metrics. */
const CONNECTIONS = 3;

export interface Rollups {
  readonly pool: Pool;
  readonly parts: readonly Part[];
}

/** Keeps the aggregates, on connections of its own: no flush waits for them. No part where ROLLUPS=false. */
export function createRollups({ config, logger, registry }: RoleContext, databaseUrl: string): Rollups {
  const pool = createPool({
    url: databaseUrl,
    max: CONNECTIONS,
    applicationName: 'meterpulse-rollups',
    registry,
  });
  if (config.ROLLUPS === 'false') return { pool, parts: [] };
  const loop = new RollupLoop({
    pool,
    intervalMs: config.ROLLUP_INTERVAL_MS,
    logger,
    registry,
    thresholds: thresholdsOf(config),
  });
  return { pool, parts: [{ name: 'rollups', run: (signal) => loop.run(signal) }] };
}
