import { createPool, type Pool } from '../../store/pool.js';
import { readFleetFigures } from '../../store/read/fleet-figures.js';
import { ReadDatabase } from '../../store/read/read-database.js';
import type { AuditTrail } from '../audit/audit-trail.js';
import { NO_AUDIT, type Auditor } from '../audit/auditor.js';
import { DatabaseFeed } from '../live/database-feed.js';
import { LiveServer } from '../live/live-server.js';
import { createAccess, openHosts } from './access-part.js';
import { createAuditTrail } from './audit-part.js';
import { listenerTls } from './listener-tls.js';
import { dataKeys } from './data-keys.js';
import { createRequestLimits } from './request-limits.js';
import type { RoleContext } from './role-context.js';

/** Of the tail, of figures and sites, and of counts; snapshots have theirs beside. */
const CONNECTIONS = 3;
const STATEMENT_TIMEOUT_MS = 10_000;
const MEBIBYTE = 1024 * 1024;

export interface Live {
  readonly live: LiveServer;
  readonly pool: Pool;
  /** What it tells the audit by, unless it was given something else; to be run. */
  readonly audit: AuditTrail | null;
}

/** The live stage, on connections of its own: a flush, or a query of the API, never waits for a snapshot. */
export function createLive(context: RoleContext, databaseUrl: string, told?: Auditor): Live {
  const { config, logger, registry } = context;
  const pool = createPool({
    url: databaseUrl,
    max: config.LIVE_SNAPSHOTS + CONNECTIONS,
    applicationName: 'meterpulse-live',
    ...dataKeys(config),
    registry,
  });
  const reads = new ReadDatabase(pool, { statementTimeoutMs: STATEMENT_TIMEOUT_MS }).onPrimary();
  const audit = told === undefined ? createAuditTrail(context, pool, 'live') : null;
  const live = new LiveServer({
    audit: told ?? audit ?? NO_AUDIT,
    source: new DatabaseFeed({ pool, statementTimeoutMs: STATEMENT_TIMEOUT_MS, logger }),
    access: createAccess(context, pool),
    limits: createRequestLimits(context, pool, 'live'),
    readFleet: () => reads.read(readFleetFigures),
    options: {
      host: config.HOST,
      port: config.LIVE_PORT,
      tls: listenerTls(context, 'live', config.LIVE_TLS),
      maxConnections: config.LIVE_MAX_CONNECTIONS,
      maxSubscriptions: config.LIVE_MAX_SUBSCRIPTIONS,
      maxMessageBytes: config.LIVE_MAX_MESSAGE_BYTES,
      origins: config.LIVE_ORIGINS ?? null,
      openHosts: openHosts(config),
      batchSize: config.LIVE_BATCH_MAX_MESSAGES,
      batchMs: config.LIVE_BATCH_MAX_WAIT_MS,
      deflate: config.LIVE_DEFLATE === 'true',
      bufferBytes: config.LIVE_BUFFER_BYTES,
      conflateMax: config.LIVE_CONFLATE_MAX,
      recentBytes: config.LIVE_RECENT_MB * MEBIBYTE,
      snapshots: config.LIVE_SNAPSHOTS,
      pingIntervalMs: config.LIVE_PING_INTERVAL_MS,
      drainMs: config.LIVE_DRAIN_MS,
      fleetIntervalMs: config.LIVE_FLEET_INTERVAL_MS,
      sessionMaxAgeMs: config.LIVE_SESSION_MAX_AGE_MS,
      renewalWindowMs: config.LIVE_RENEWAL_WINDOW_MS,
    },
    logger,
    registry,
  });
  return { live, pool, audit };
}
