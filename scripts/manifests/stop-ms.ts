import type { Config } from '../../config/config.js';

const DRAINS: Readonly<Record<string, 'GATEWAY_DRAIN_MS' | 'LIVE_DRAIN_MS'>> = {
  gateway: 'GATEWAY_DRAIN_MS',
  live: 'LIVE_DRAIN_MS',
};

/** How long a role takes to stop at most. */
export function stopMs(role: string, config: Config): number {
  const drain = DRAINS[role];
  return config.STOP_TIMEOUT_MS + (drain === undefined ? 0 : config[drain]);
}
