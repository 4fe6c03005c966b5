import type { Pool } from '../pool.js';

export interface ErasureOptions {
  readonly pool: Pool;
  readonly idTag: string;
  /** Only counts. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (rows: number) => void;
}
