import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ServerBounds {
  /** Open connections, those of sockets that were upgraded included. */
  readonly maxConnections: number;
  /** A client that takes nothing of its answer for this long is cut off, ms. */
  readonly stallMs: number;
}

/** Connections beyond the limit that are kept long enough to be told; more are cut off without a word. */
const REFUSABLE_CONNECTIONS = 256;

/**
 * Bounds what the clients of an HTTP server, be it over TLS or not, may hold of it. Node bounds by itself how long headers and
 * bodies take to arrive; how many connections there are, and how long an answer waits to be read, it doesn't.
 *
 * @returns whether the connection of a request is beyond the limit: it is to be refused, and closed.
 */
export function boundServer(
  server: HttpServer,
  { maxConnections, stallMs }: ServerBounds,
): (request: IncomingMessage) => boolean {
  let open = 0;
  const excess = new WeakSet<Socket>();
  const busy = new Set<Socket>();
  const judge = (socket: Socket): void => {
    if (open > maxConnections) excess.add(socket);
  };
  server.maxConnections = maxConnections + REFUSABLE_CONNECTIONS;
  server.on('connection', (socket: Socket) => {
    open++;
    socket.once('close', () => open--);
    judge(socket);
  });
  // Over TLS a request comes on a socket of its own, which is here once the handshake is over.
  server.on('secureConnection', judge);
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    busy.add(socket);
    response.once('close', () => busy.delete(socket));
  });
  server.timeout = stallMs;
  // Node calls it for idle connections too, once they have been kept for long enough.
  server.on('timeout', (socket: Socket) => {
    const isOurTurn = busy.has(socket) && socket.writableLength === 0;
    if (!isOurTurn) socket.destroy();
  });
  return ({ socket }) => excess.has(socket);
}
