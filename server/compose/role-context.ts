import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Logger } from 'pino';
import { loadConfig, type Config } from '../../config/config.js';
import { exposureFaults } from '../../config/exposure.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { createBuildInfo } from '../observability/build-info.js';
import { createLogger } from '../observability/logger.js';

/** What every role starts with. */
export interface RoleContext {
  readonly config: Config;
  readonly logger: Logger;
  readonly registry: Registry;
}

export type Role =
  | 'all'
  | 'dev'
  | 'gateway'
  | 'gateway-process'
  | 'worker'
  | 'api'
  | 'live'
  | 'migrate'
  | 'demo'
  | 'topic'
  | 'rebuild'
  | 'findings'
  | 'trace'
  | 'audit'
  | 'accounting'
  | 'digest'
  | 'restored'
  | 'credentials';

/**
 * Reads the configuration, and opens the role's log and metrics. Throws CONFIG_INVALID, also where others could reach the role
 * and anybody would be let in.
 */
export function createRoleContext(role: Role, overrides: { readonly logLevel?: string } = {}): RoleContext {
  const { config, warnings } = loadConfig();
  const faults = exposureFaults(config, role);
  if (faults.length > 0) {
    throw new MeterpulseError('CONFIG_INVALID', `The role does not start like this: ${faults.join('; ')}.`);
  }
  const logger = createLogger({
    level: overrides.logLevel ?? config.LOG_LEVEL,
    format: config.LOG_FORMAT,
    role,
  });
  for (const warning of warnings) logger.warn(warning);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'meterpulse_' });
  createBuildInfo(registry);
  return { config, logger, registry };
}
