import pino from 'pino';
import { Registry } from 'prom-client';
import { loadConfig } from '../../config/config.js';
import type { CallJudge } from '../../controllers/command-sender.js';
import { ApiServer, type ApiServerOptions, type ApiServerParts } from '../../server/api/api-server.js';
import type { DashboardServers } from '../../server/api/dashboard-host/dashboard-servers.js';
import type { Access } from '../../server/access/access.js';
import type { Auditor } from '../../server/audit/auditor.js';
import type { RequestLimits } from '../../server/limits/request-limits.js';
import type { MessageLog } from '../../server/broker/message-log.js';
import { createReadReplicas } from '../../server/compose/replicas-part.js';
import { createPool, type Pool } from '../../store/pool.js';
import { urlOfPart } from './role-logins.js';
import { TYPESCRIPT_THREADS } from './typescript-threads.js';

export interface RunningApi {
  readonly url: string;
  readonly port: number;
  readonly registry: Registry;
  /** As the admin server asks. */
  checkReady(): Promise<void>;
  /** GET with the body read as JSON. */
  get(path: string, init?: RequestInit): Promise<ApiAnswer>;
  /** Begins the stop; resolves when the server is done. */
  stop(): Promise<void>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface ApiSettings extends Partial<ApiServerOptions> {
  readonly databaseUrl: string;
  /** Standbys to read from. Default: none. */
  readonly readUrls?: readonly string[];
  /** Of the standbys. Default: the configuration's. */
  readonly readMaxLagMs?: number;
  /** Default: takes every message and forgets it. */
  readonly log?: Pick<MessageLog, 'publish'>;
  /** Judges calls before they are queued. Default: nobody does. */
  readonly judge?: CallJudge;
  /** Default: everybody may do everything. */
  readonly access?: Access;
  /** Told whom it refused, and what it gave out. Default: nobody. */
  readonly audit?: Auditor;
  /** Default: anybody may ask as often as they like. */
  readonly limits?: RequestLimits;
  /** Answers requests for an upgrade. */
  readonly upgrade?: ApiServerParts['upgrade'];
  /** Connections at most. Default 8. */
  readonly poolMax?: number;
  /** What the dashboard is told. Default: the live feed here, no gateway. */
  readonly dashboardServers?: () => DashboardServers;
  /** Gets each line that is logged. */
  readonly onLog?: (line: string) => void;
}

/** A real API server on a free port, as compose builds it. */
export async function startApi(settings: ApiSettings): Promise<RunningApi> {
  const {
    databaseUrl,
    readUrls = [],
    readMaxLagMs = '',
    poolMax = 8,
    upgrade,
    log,
    judge,
    dashboardServers,
    access,
    audit,
    limits,
    onLog,
    ...options
  } = settings;
  const pool: Pool = createPool({
    url: urlOfPart(databaseUrl, 'api'),
    max: poolMax,
    applicationName: 'api-test',
  });
  const registry = new Registry();
  const logger = onLog === undefined ? pino({ level: 'silent' }) : pino({ level: 'debug' }, { write: onLog });
  const variables = {
    // At least what the configuration allows: a pool of one is for the primary's alone.
    DATABASE_POOL_MAX: String(Math.max(poolMax, 2)),
    DATABASE_READ_URLS: readUrls.join(','),
    DATABASE_READ_MAX_LAG_MS: String(readMaxLagMs),
  };
  const { config } = loadConfig(variables, false);
  const replicas = createReadReplicas({ config, logger, registry }, databaseUrl);
  const server = new ApiServer({
    pool,
    replicas,
    log: log ?? { publish: () => Promise.resolve() },
    ...(judge === undefined ? {} : { judge }),
    upgrade,
    ...(dashboardServers === undefined ? {} : { dashboardServers }),
    ...(access === undefined ? {} : { access }),
    ...(audit === undefined ? {} : { audit }),
    ...(limits === undefined ? {} : { limits }),
    registry,
    logger,
    options: {
      host: '127.0.0.1',
      port: 0,
      statementTimeoutMs: 10_000,
      // Threads begin from source, too.
      threadExecArgv: TYPESCRIPT_THREADS,
      ...options,
    },
  });
  const { port } = await server.start().catch(async (error: unknown) => {
    await Promise.all([pool.end(), replicas?.end()]);
    throw error;
  });
  const controller = new AbortController();
  const running = server.run(controller.signal);
  const url = `http://127.0.0.1:${port}`;
  let stopped: Promise<void> | undefined;
  return {
    url,
    port,
    registry,
    checkReady: () => server.checkReady(),
    async get(path, init) {
      const response = await fetch(`${url}${path}`, init);
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
    },
    stop() {
      controller.abort();
      stopped ??= running.finally(() => Promise.all([pool.end(), replicas?.end()]));
      return stopped;
    },
  };
}
