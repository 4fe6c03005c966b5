import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebServer, type OnTlsRefused } from '../tls/create-web-server.js';
import type { ListenerTls } from '../tls/listener-tls.js';
import { problem, writeRefusal, type HttpRefusal } from './http-refusal.js';

/** Time a client has for the headers of its handshake, ms. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Time for a whole plain request, ms. */
const REQUEST_TIMEOUT_MS = 15_000;
/** Connections beyond the limit that are kept long enough to be told 503; more are cut off without a word. */
const REFUSABLE_CONNECTIONS = 256;

export interface UpgradeServerOptions<Refusal extends HttpRefusal> {
  readonly maxConnections: number;
  readonly maxHeaderBytes: number;
  /** null: plain. */
  readonly tls: ListenerTls | null;
  /** Told which certificates of clients are taken back. */
  readonly onRevoked?: (serials: ReadonlySet<string>) => void;
  /** Told of each client with which TLS did not come about. */
  readonly onTlsRefused?: OnTlsRefused;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** What a plain request is told. */
  readonly plain: (request: IncomingMessage) => Refusal;
  /** What somebody is told who speaks no HTTP; `code` is that of node's error. */
  readonly broken: (code: string | undefined) => Refusal;
  /** Told of each refusal of this server's own. */
  readonly onRefused: (refusal: Refusal) => void;
}

/**
 * The HTTP server before WebSockets: bounds headers in size and time, answers plain requests and broken HTTP, and hands
 * upgrades on.
 */
export function createUpgradeServer<Refusal extends HttpRefusal>(
  options: UpgradeServerOptions<Refusal>,
): Server {
  const server = createWebServer(
    {
      maxHeaderSize: options.maxHeaderBytes,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 5_000,
    },
    options.tls,
    options.onRevoked,
    options.onTlsRefused,
  );
  server.maxConnections = options.maxConnections + REFUSABLE_CONNECTIONS;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const refused = options.plain(request);
    options.onRefused(refused);
    const { headers, body } = problem(refused);
    response.writeHead(refused.status, headers).end(request.method === 'HEAD' ? undefined : body);
  };
  server.on('request', answer);
  // Who asks before it sends a body is told at once what comes of it, and not first to go on.
  server.on('checkContinue', answer);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    options.upgrade(request, socket, head),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const refused = options.broken(error.code);
    options.onRefused(refused);
    writeRefusal(socket, refused);
  });
  return server;
}
