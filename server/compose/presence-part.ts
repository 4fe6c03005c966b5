import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Config } from '../../config/config.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { checkDataKeys } from '../../store/encryption/check-data-keys.js';
import { createPool, type Pool } from '../../store/pool.js';
import { messageOf } from '../../store/postgres-error.js';
import { Presence } from '../gateway/sessions/presence.js';
import { dataKeys } from './data-keys.js';
import type { RoleContext } from './role-context.js';
import { locateServices, type Services } from './services.js';

/** Of statements that nobody waits for with a reading in hand: by the server, and where that hangs, ms. */
const STATEMENT_TIMEOUT_MS = 10_000;
const QUERY_TIMEOUT_MS = 12_000;
const MAX_CONNECTIONS = 2;

/** As `locateServices`; null where there is no database and none is `demanded`. */
export async function locateOptionalServices(config: Config, demanded: boolean): Promise<Services | null> {
  try {
    return await locateServices(config);
  } catch (error) {
    if (demanded || !(error instanceof MeterpulseError) || error.code !== 'DATABASE_REQUIRED') throw error;
    return null;
  }
}

/**
 * Rejects with DATA_KEY_MISSING or DATA_KEY_WRONG. Readings don't wait for the database: where it is away, or not migrated yet,
 * a command that is encrypted by another key fails by itself.
 */
export async function checkGatewayKeys(pool: Pool, { logger }: RoleContext): Promise<void> {
  try {
    // It ends commands that the API has queued, by keys that the API has noted: it may add none itself.
    await checkDataKeys(pool, { encrypts: false });
  } catch (error) {
    if (error instanceof MeterpulseError && !error.canRetry) throw error;
    logger.warn(
      { reason: messageOf(error) },
      'the data keys could not be compared with those of the database',
    );
  }
}

/** What joins this gateway process with the others, and the pool that it alone uses: readings never wait for it. */
export function createPresence(
  { config, logger, registry }: RoleContext,
  databaseUrl: string,
): { readonly presence: Presence; readonly pool: Pool } {
  const pool = createPool({
    url: databaseUrl,
    max: MAX_CONNECTIONS,
    applicationName: 'meterpulse-gateway-registry',
    ...dataKeys(config),
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
    registry,
  });
  const gateway = { id: randomUUID(), host: hostname(), pid: process.pid };
  const holdsUnknown = config.UNKNOWN_CHARGE_POINTS === 'hold';
  return { presence: new Presence({ pool, gateway, logger, registry, holdsUnknown }), pool };
}
