import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { SECURITY_HEADERS } from '../../helpers/security-headers.js';
import { boundServer } from '../lifecycle/bound-server.js';
import { listen } from '../lifecycle/listen.js';
import { writeRefusal } from '../sockets/http-refusal.js';
import { createWebServer } from '../tls/create-web-server.js';
import type { ListenerTls } from '../tls/listener-tls.js';
import { checkReadiness, type ReadinessCheck } from './readiness.js';

export interface AdminServerOptions {
  readonly host: string;
  readonly port: number;
  /** Default: plain. */
  readonly tls?: ListenerTls | null;
  /** What must work for the role to do its part; asked anew for each request. */
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
  /** The Prometheus text of the whole process tree. */
  readonly metrics: () => Promise<string>;
  readonly logger: Logger;
}

/** A kubelet, a few Prometheus servers, somebody who looks. */
const MAX_CONNECTIONS = 256;
const MAX_HEADER_BYTES = 8 * 1024;
const TIMES = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };
const STALL_MS = 10_000;

/** `/health/live`, `/health/ready`, `/metrics`: one for a process tree, on its own port, never exposed to devices. */
export class AdminServer {
  private readonly server: Server;
  private stopping = false;

  constructor(private readonly options: AdminServerOptions) {
    const tls = options.tls ?? null;
    this.server = createWebServer({ maxHeaderSize: MAX_HEADER_BYTES, ...TIMES }, tls);
    this.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
      response.setHeader('cache-control', 'no-store');
      if (isExcess(request)) {
        response.writeHead(503, { connection: 'close', 'retry-after': '1' }).end();
        return;
      }
      this.answer(request, response).catch((error: unknown) => {
        options.logger.error({ err: error }, 'admin request failed');
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    });
    this.server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
      if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
      else
        writeRefusal(socket, { status: 400, detail: 'This is no HTTP request, or not all of one in time.' });
    });
    const isExcess = boundServer(this.server, { maxConnections: MAX_CONNECTIONS, stallMs: STALL_MS });
  }

  /** Resolves with the port it listens on. Rejects with PORT_IN_USE. */
  async start(): Promise<{ port: number }> {
    return { port: await listen(this.server, this.options, 'ADMIN_PORT') };
  }

  /** From now on the role is not ready, whatever its parts say: it is about to stop. */
  unready(): void {
    this.stopping = true;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (path === '/health/live') {
      json(response, 200, { status: 'ok' });
    } else if (path === '/health/ready') {
      const readiness = this.stopping
        ? { ready: false, checks: { lifecycle: 'stopping' } }
        : await checkReadiness(this.options.checks);
      json(response, readiness.ready ? 200 : 503, readiness);
    } else if (path === '/metrics') {
      const text = await this.options.metrics();
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
    } else {
      json(response, 404, { title: 'Not found', paths: ['/health/live', '/health/ready', '/metrics'] });
    }
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
