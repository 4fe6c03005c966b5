import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { problem, writeRefusal } from '../sockets/http-refusal.js';
import { refusal, route, upgradeRequired, type Refusal } from './admission.js';
import { MAX_HEADER_BYTES } from './refusals.js';

/** Time a client has for the headers of its handshake, ms. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Time for a whole plain request, ms. */
const REQUEST_TIMEOUT_MS = 15_000;
/** Connections beyond the limit that are kept long enough to be told 503; more are cut off without a word. */
const REFUSABLE_CONNECTIONS = 256;

export interface HandshakeHandlers {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  refused(refusal: Refusal): void;
}

/**
 * The HTTP server before the WebSocket: bounds headers in size and time, answers plain requests and broken HTTP, and
 * hands upgrades on.
 */
export function createHandshakeServer(maxConnections: number, handlers: HandshakeHandlers): Server {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 5_000,
  });
  server.maxConnections = maxConnections + REFUSABLE_CONNECTIONS;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const routed = route(request.method, request.url);
    const refused = routed.ok ? upgradeRequired() : routed.refusal;
    handlers.refused(refused);
    const { headers, body } = problem(refused);
    response.writeHead(refused.status, headers).end(request.method === 'HEAD' ? undefined : body);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    handlers.upgrade(request, socket, head),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const refused = brokenRequest(error.code);
    handlers.refused(refused);
    writeRefusal(socket, refused);
  });
  return server;
}

function brokenRequest(code: string | undefined): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return refusal('headersTooLarge');
  return refusal(code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'incomplete' : 'malformedHttp');
}
