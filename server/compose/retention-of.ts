import type { Config } from '../../config/config.js';
import type { Retention } from '../../store/retention/retain.js';

/** For how many days each resolution is kept, by the variables. */
export const retentionOf = (config: Config): Retention => ({
  raw: config.RETENTION_RAW_DAYS ?? null,
  '15m': config.RETENTION_15M_DAYS ?? null,
  '1h': config.RETENTION_1H_DAYS ?? null,
  '1d': config.RETENTION_1D_DAYS ?? null,
});
