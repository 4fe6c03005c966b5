import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer, type Server as WebSockets } from 'ws';
import type { Access, Principal, Unknown } from '../access/access.js';
import { isAllowedHost } from '../access/allowed-host.js';
import { isAllowedOrigin } from '../access/allowed-origin.js';
import type { Auditor } from '../audit/auditor.js';
import type { RefusalEntry } from '../audit/refusal-groups.js';
import type { RequestLimits } from '../limits/request-limits.js';
import { createUpgradeServer } from '../sockets/create-upgrade-server.js';
import { writeRefusal } from '../sockets/http-refusal.js';
import { OwnedSocket } from '../sockets/owned-socket.js';
import type { LiveOptions } from './live-options.js';
import type { LiveMetrics } from './metrics.js';
import { liveRefusal, tooManyHandshakes, type LiveRefusal } from './refusals.js';

export interface LiveEntrant {
  readonly ws: OwnedSocket;
  readonly socket: Socket;
  readonly principal: Principal;
  /** From where it came, as far as proxies are trusted; '': it is gone already. */
  readonly address: string;
}

export interface LiveDoorParts {
  readonly options: Pick<
    LiveOptions,
    'tls' | 'maxConnections' | 'maxMessageBytes' | 'deflate' | 'origins' | 'openHosts'
  >;
  readonly access: Access;
  /** Told who was refused. */
  readonly audit: Auditor;
  /** null: anybody may come as often as they like. */
  readonly limits: RequestLimits | null;
  readonly metrics: LiveMetrics;
  readonly logger: Logger;
  /** Why nobody is let in at the moment, or null; `admitting` are on their way in. */
  readonly shut: (admitting: number) => LiveRefusal | null;
  readonly enter: (entrant: LiveEntrant) => void;
}

/** A peer's half of the closing handshake, ms. */
export const CLOSE_TIMEOUT_MS = 2_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** Fragments of one message: each costs far more memory than its bytes. */
const MAX_FRAGMENTS = 64;
/** A window of 4 KiB a socket instead of 32, and no more than 8 frames compressed at once. */
const DEFLATE = {
  serverMaxWindowBits: 12,
  zlibDeflateOptions: { level: 3, memLevel: 5 },
  concurrencyLimit: 8,
  threshold: 512,
};

/** Somebody may not, or not that often: load is no matter of the audit. */
const DENIALS: ReadonlySet<number> = new Set([401, 403, 429]);

type Identified =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly refusal: LiveRefusal; readonly unknown?: Unknown | undefined };

/** Where clients of `/live` come in: path, origin, load, who it is, handshake; whoever isn't let in is told why. */
export class LiveDoor {
  private readonly handshakes: WebSockets<typeof OwnedSocket>;
  private admitting = 0;

  constructor(private readonly parts: LiveDoorParts) {
    this.handshakes = new WebSocketServer(webSocketOptions(parts.options));
    this.handshakes.on('wsClientError', (error, _, request) => {
      this.refuse(request, liveRefusal('malformedHandshake', error.message));
    });
  }

  /** A server that has nothing but this door. */
  createServer(): Server {
    const { options, metrics } = this.parts;
    return createUpgradeServer<LiveRefusal>({
      maxConnections: options.maxConnections,
      maxHeaderBytes: MAX_HEADER_BYTES,
      tls: options.tls ?? null,
      upgrade: (request, socket, head) => void this.admit(request, socket, head),
      plain: (request) => liveRefusal(isLive(request) ? 'upgradeRequired' : 'unknownPath'),
      broken: () => liveRefusal('malformedHandshake', 'This is not a valid HTTP request.'),
      onRefused: ({ outcome }) => metrics.connectionsTotal[outcome].inc(),
    });
  }

  /** An upgrade request, of this door's server or another one. Never rejects. */
  async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const refused = this.judge(request);
    if (refused !== null) {
      this.refuse(request, refused);
      return;
    }
    const identified = await this.identify(request);
    if (!identified.ok) {
      this.refuse(request, identified.refusal, identified.unknown);
      return;
    }
    const { principal } = identified;
    this.handshakes.handleUpgrade(request, socket, head, (ws) => {
      if (!(socket instanceof Socket)) {
        ws.terminate();
        return;
      }
      this.parts.metrics.connectionsTotal.accepted.inc();
      this.parts.enter({ ws, socket, principal, address: this.addressOf(request) });
    });
  }

  close(): void {
    this.handshakes.close();
  }

  private judge(request: IncomingMessage): LiveRefusal | null {
    const { options, shut } = this.parts;
    if (!isLive(request)) return liveRefusal('unknownPath');
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return liveRefusal('upgradeRequired');
    const { origin, host } = request.headers;
    const { openHosts } = options;
    if (openHosts !== null && !isAllowedHost(host, openHosts)) return liveRefusal('forbiddenHost');
    if (!isAllowedOrigin(origin, host, options.origins)) return liveRefusal('forbiddenOrigin');
    return shut(this.admitting);
  }

  private async identify(request: IncomingMessage): Promise<Identified> {
    const { access, limits, logger, shut } = this.parts;
    const { headers, url: handshake = '' } = request;
    const remoteAddress = this.addressOf(request);
    const limited = limits?.ofAddress(remoteAddress) ?? null;
    if (limited !== null) return { ok: false, refusal: tooManyHandshakes(limited) };
    this.admitting++;
    try {
      let unknown: Unknown | undefined;
      const onUnknown = (why: Unknown): void => void (unknown = why);
      const principal = await access.identify({ headers, remoteAddress, handshake, onUnknown });
      if (principal === null) return { ok: false, refusal: liveRefusal('unauthorised'), unknown };
      const tooMany = limits?.ofPrincipal(principal) ?? null;
      if (tooMany !== null) return { ok: false, refusal: tooManyHandshakes(tooMany) };
      // The door may have been shut meanwhile; itself it is still among those who are on their way in.
      const refusal = shut(this.admitting - 1);
      return refusal === null ? { ok: true, principal } : { ok: false, refusal };
    } catch (error) {
      logger.error({ err: error }, 'it could not be found out who asks');
      return { ok: false, refusal: liveRefusal('failed') };
    } finally {
      this.admitting--;
    }
  }

  /** From where a request comes, as far as proxies are trusted; '': it is gone already. */
  private addressOf({ headers, socket }: IncomingMessage): string {
    const peer = socket.remoteAddress ?? '';
    return this.parts.limits?.addressOf(peer, headers['x-forwarded-for']) ?? peer;
  }

  private refuse(request: IncomingMessage, refused: LiveRefusal, unknown?: Unknown): void {
    if (DENIALS.has(refused.status)) {
      this.parts.audit.refused(entryOf(this.addressOf(request), refused, unknown));
    }
    this.parts.metrics.connectionsTotal[refused.outcome].inc();
    writeRefusal(request.socket, refused);
  }
}

/** As the audit has it. */
function entryOf(address: string, { outcome }: LiveRefusal, unknown: Unknown | undefined): RefusalEntry {
  return {
    // Of a key that is none, what it claims to be.
    actor: unknown?.keyId ?? null,
    actorKind: 'nobody',
    address: address === '' ? null : address,
    source: 'live',
    requestId: null,
    action: 'connect.live',
    outcome: 'refused',
    subject: '/live',
    reason: unknown === undefined ? outcome : `${outcome}: ${unknown.why}`,
  };
}

function webSocketOptions({ deflate, maxMessageBytes }: LiveDoorParts['options']) {
  return {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: deflate ? DEFLATE : false,
    // The session answers pings, as many as it takes from one socket.
    autoPong: false,
    maxPayload: maxMessageBytes,
    maxFragments: MAX_FRAGMENTS,
    closeTimeout: CLOSE_TIMEOUT_MS,
    WebSocket: OwnedSocket,
  };
}

function isLive({ url }: IncomingMessage): boolean {
  return (url ?? '').split('?', 1)[0] === '/live';
}
