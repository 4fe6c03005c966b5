import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { AnswerCache } from '../../controllers/answer-cache.js';
import { ChargePointFileReader } from '../../controllers/charge-point-file-reader.js';
import type { CallJudge } from '../../controllers/command-sender.js';
import type { Pool } from '../../store/pool.js';
import { ReadDatabase } from '../../store/read/read-database.js';
import type { ReadReplicas } from '../../store/read/replicas/read-replicas.js';
import { NO_AUDIT, type Auditor } from '../audit/auditor.js';
import { isOpen, OPEN_ACCESS, type Access } from '../access/access.js';
import type { MessageLog } from '../broker/message-log.js';
import type { RequestLimits } from '../limits/request-limits.js';
import { boundServer } from '../lifecycle/bound-server.js';
import { storedTickets } from '../access/stored-tickets.js';
import { listen } from '../lifecycle/listen.js';
import { createWebServer } from '../tls/create-web-server.js';
import type { ListenerTls } from '../tls/listener-tls.js';
import { answerClientError } from './answer-client-error.js';
import { apiRoutes } from './api-routes.js';
import { CommandDesk } from './command-desk.js';
import { createApp } from './create-app.js';
import { dashboardDirectory } from './dashboard-host/dashboard-directory.js';
import type { DashboardServers } from './dashboard-host/dashboard-servers.js';
import { cacheObserver, createApiMetrics } from './metrics.js';

export interface ApiServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Default: plain. */
  readonly tls?: ListenerTls | null;
  /** A longer query is cancelled, ms. */
  readonly statementTimeoutMs: number;
  /** CSV and NDJSON under way at most, each of which keeps a connection of the pool. Default 4. */
  readonly maxExports?: number;
  /** A longer export is broken off, ms. Default 600,000. */
  readonly exportTimeoutMs?: number;
  /** A client that takes nothing of an export for this long is cut off, ms. Default 60,000. */
  readonly exportStallMs?: number;
  /** Bytes of answers that are kept in memory at most. Default 64 MiB. */
  readonly cacheBytes?: number;
  /** Where the built dashboard lies; null: nowhere. Default: where the build puts it. */
  readonly dashboardDirectory?: string | null;
  /** Node's own options for threads. Default: those of this process. */
  readonly threadExecArgv?: readonly string[];
  /** Open connections; requests on more are refused. Default 10,000. */
  readonly maxConnections?: number;
  /** Time for the headers of a request, ms. Default 10,000. */
  readonly headersTimeoutMs?: number;
  /** Time for a whole request, ms. Default 30,000. */
  readonly requestTimeoutMs?: number;
  /** A client that takes nothing of any answer for this long is cut off, ms. Default 60,000. */
  readonly stallMs?: number;
  /** Origins of other servers whose pages may ask. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** Names beside localhost by which it may be asked where nobody has to show who they are. Default: everybody has to. */
  readonly openHosts?: readonly string[] | null;
  /** Requests under way get this long to end at a stop, ms. Default 10,000. */
  readonly stopTimeoutMs?: number;
}

export interface ApiServerParts {
  readonly pool: Pool;
  /** Where reads go while one is fit; none: to `pool`. */
  readonly replicas?: ReadReplicas | undefined;
  /** Where quarantined parts are sent again. */
  readonly log: Pick<MessageLog, 'publish'>;
  /** Judges calls to charge points before they are queued. Default: their gateways alone do. */
  readonly judge?: CallJudge;
  /** Where the dashboard finds the live feed and a gateway. Default: the live feed here, no gateway. */
  readonly dashboardServers?: () => DashboardServers;
  /** Who may ask for what. Default: everybody for everything. */
  readonly access?: Access;
  /** Told whom the API refused, and what it gave out; changes are in the audit in any case. Default: nobody. */
  readonly audit?: Auditor;
  /** How often who may ask. Default: anybody as often as they like. */
  readonly limits?: RequestLimits;
  /** Answers requests for an upgrade. Default: they are answered as if they asked for none. */
  readonly upgrade?: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | undefined;
  readonly options: ApiServerOptions;
  readonly logger: Logger;
  readonly registry: Registry;
}

const STOP_TIMEOUT_MS = 10_000;
const MAX_EXPORTS = 4;
const EXPORT_TIMEOUT_MS = 600_000;
const EXPORT_STALL_MS = 60_000;
const CACHE_BYTES = 64 * 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the idle timeout of common load balancers (60 s), so that they close first and never meet a closed socket. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_CONNECTIONS = 10_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** How late a request may be found to be too slow. */
const SLOWNESS_CHECK_MS = 1_000;
const STALL_MS = 60_000;

/** The REST API over HTTP. Pool and replicas stay the caller's: end them after {@link run}. */
export class ApiServer {
  private readonly server: Server;
  private readonly database: ReadDatabase;
  private readonly desk: CommandDesk;
  private readonly active = new Set<ServerResponse>();
  private stopping = false;

  constructor(private readonly parts: ApiServerParts) {
    const { pool, replicas, log, options, logger, registry, access = OPEN_ACCESS } = parts;
    this.database = new ReadDatabase(pool, { statementTimeoutMs: options.statementTimeoutMs }, replicas);
    this.desk = new CommandDesk(pool, this.database.onPrimary(), logger);
    const metrics = createApiMetrics(registry);
    const maxBytes = options.cacheBytes ?? CACHE_BYTES;
    const cache = new AnswerCache({ maxBytes, onRequest: cacheObserver(metrics) });
    const times = {
      headersTimeout: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
      requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: SLOWNESS_CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    };
    this.server = createWebServer({ maxHeaderSize: MAX_HEADER_BYTES, ...times }, options.tls ?? null);
    const isExcess = boundServer(this.server, {
      maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
      stallMs: options.stallMs ?? STALL_MS,
    });
    const app = createApp({
      routes: apiRoutes({
        database: this.database,
        pool,
        log,
        cache,
        commands: this.desk,
        judge: parts.judge ?? (() => undefined),
        tickets: storedTickets(pool),
        files: new ChargePointFileReader({ execArgv: options.threadExecArgv }),
      }),
      logger,
      metrics,
      access,
      audit: parts.audit ?? NO_AUDIT,
      limits: parts.limits ?? null,
      exportLimits: {
        maxExports: options.maxExports ?? MAX_EXPORTS,
        timeoutMs: options.exportTimeoutMs ?? EXPORT_TIMEOUT_MS,
        stallMs: options.exportStallMs ?? EXPORT_STALL_MS,
      },
      corsOrigins: options.corsOrigins ?? [],
      openHosts: options.openHosts ?? null,
      isExcess,
      dashboard: {
        directory: () =>
          options.dashboardDirectory === undefined ? dashboardDirectory() : options.dashboardDirectory,
        signIn: !isOpen(access),
        servers: parts.dashboardServers ?? (() => ({ live: null, ingest: null })),
      },
    });
    this.server.on('request', (_request, response) => this.track(response));
    this.server.on('request', app);
    this.server.on('clientError', answerClientError);
    if (parts.upgrade !== undefined) this.server.on('upgrade', parts.upgrade);
  }

  /** Resolves with the port it listens on. Rejects with PORT_IN_USE. */
  async start(): Promise<{ port: number }> {
    const { options, logger } = this.parts;
    const port = await listen(this.server, options, 'API_PORT');
    logger.debug({ host: options.host, port }, 'api listening');
    return { port };
  }

  /** For readiness: resolves while reads can be answered. Rejects with why not. */
  async checkReady(): Promise<void> {
    await this.database.ping();
  }

  /**
   * Serves until the signal, then takes no new connection, answers what is under way and resolves, at the latest after
   * the stop timeout. Call {@link start} first.
   */
  async run(signal: AbortSignal): Promise<void> {
    const watching = this.parts.replicas?.run(signal);
    const commanding = this.desk.run(signal);
    const counting = this.parts.limits?.run(signal);
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.all([this.stop(), watching, commanding, counting]);
  }

  private async stop(): Promise<void> {
    this.stopping = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const response of this.active) announceClose(response);
    this.server.closeIdleConnections();
    const timeoutMs = this.parts.options.stopTimeoutMs ?? STOP_TIMEOUT_MS;
    const timer = setTimeout(() => {
      this.parts.logger.warn({ requests: this.active.size, timeoutMs }, 'requests cut off at stop');
      this.server.closeAllConnections();
    }, timeoutMs);
    await closed;
    clearTimeout(timer);
  }

  private track(response: ServerResponse): void {
    this.active.add(response);
    if (this.stopping) announceClose(response);
    response.once('close', () => {
      this.active.delete(response);
      // A kept-alive connection would hold the stop up for as long as its client likes.
      if (this.stopping) setImmediate(() => this.server.closeIdleConnections());
    });
  }
}

function announceClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
