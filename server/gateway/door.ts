import type { IncomingMessage, Server } from 'node:http';
import { Server as NetServer, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type Server as WebSockets } from 'ws';
import { isAllowedHost } from '../access/allowed-host.js';
import { isAllowedOrigin } from '../access/allowed-origin.js';
import type { Auditor } from '../audit/auditor.js';
import type { Limited, RequestLimits } from '../limits/request-limits.js';
import { listen } from '../lifecycle/listen.js';
import type { ListenerTls } from '../tls/listener-tls.js';
import { OwnedSocket } from '../sockets/owned-socket.js';
import { writeRefusal } from '../sockets/http-refusal.js';
import {
  handshakeRefusal,
  refusal,
  route,
  unavailable,
  type Destination,
  type Refusal,
} from './admission.js';
import { Arrivals } from './arrivals.js';
import { CertificateIdentity } from './certificate-identity.js';
import type { Channel } from './channel.js';
import { CLOSES } from './close-codes.js';
import type { GatewayListener, GatewayOptions } from './gateway-options.js';
import { createHandshakeServer } from './handshake-server.js';
import type { GatewayMetrics } from './metrics.js';
import type { Sender, SenderKnock } from './sender-identity.js';
import { refusalOf, senderOf, type Gatekeepers } from './stranger.js';

/** A client that was let in. */
export interface Entrant {
  readonly ws: OwnedSocket;
  readonly socket: Socket;
  readonly channel: Channel;
  readonly chargePointId: string | null;
  /** Of `/ingest`; null: nobody was asked. */
  readonly sender: Sender | null;
  /** From where it came, as far as proxies are trusted; '': it is gone already. */
  readonly address: string;
}

export interface DoorParts extends Gatekeepers {
  readonly options: Pick<
    GatewayOptions,
    | 'host'
    | 'port'
    | 'tls'
    | 'otherListeners'
    | 'maxConnections'
    | 'maxFrameBytes'
    | 'addressConnections'
    | 'addressRate'
    | 'openHosts'
  >;
  /** By subprotocol. */
  readonly ocpp: ReadonlyMap<string, Channel>;
  readonly ingest: Channel;
  readonly metrics: GatewayMetrics;
  /** Told who was refused. */
  readonly audit: Auditor;
  /** How often programs may come, and whose word on addresses counts. null: as often as they like, and nobody's. */
  readonly limits: RequestLimits | null;
  /** Why nobody is let in at the moment, or null; `admitting` are on their way in. */
  readonly shut: (admitting: number) => Refusal | null;
  readonly enter: (entrant: Entrant) => void;
  /** Told which certificates of clients are taken back. */
  readonly onRevoked: (serials: ReadonlySet<string>) => void;
}

/** A peer's half of the closing handshake, ms. */
export const CLOSE_TIMEOUT_MS = 2_000;

/** Fragments of one message: each costs far more memory than its bytes. */
const MAX_FRAGMENTS = 1_024;
/** Pieces in which a frame may arrive, for the same reason; 3 MiB by the smallest usual segments are 6,000. */
const MAX_CHUNKS = 16_384;

/** Where clients come in: method and path, headers, load, directory, handshake; whoever isn't let in is told why. */
export class Door {
  private readonly servers: readonly { readonly server: Server; readonly listener: GatewayListener }[];
  private readonly handshakes: WebSockets<typeof OwnedSocket>;
  private readonly arrivals: Arrivals;
  private admitting = 0;

  constructor(private readonly parts: DoorParts) {
    this.handshakes = new WebSocketServer(this.webSocketOptions());
    this.handshakes.on('wsClientError', (error, socket, request) => {
      this.refuse(socket, this.addressOf(request), refusal('malformedHandshake', { detail: error.message }));
    });
    this.arrivals = new Arrivals(
      parts.options,
      parts.metrics,
      (peer) => parts.limits?.isProxy(peer) ?? false,
      (socket) => this.audit(socket.remoteAddress ?? '', null, 'address_limit'),
    );
    const { port, tls = null, otherListeners = [] } = parts.options;
    this.servers = [{ port, variable: 'GATEWAY_PORT', tls }, ...otherListeners].map((listener) => ({
      listener,
      server: this.createServer(listener),
    }));
  }

  /** Resolves with the ports, GATEWAY_PORT first, when clients can come. Rejects with PORT_IN_USE. */
  async open(onFailure: (error: Error) => void): Promise<number[]> {
    const { host } = this.parts.options;
    const ports: number[] = [];
    for (const { server, listener } of this.servers) {
      ports.push(await listen(server, { host, port: listener.port }, listener.variable));
      server.on('error', onFailure);
    }
    this.arrivals.start();
    return ports;
  }

  /** Takes nobody new. Who is on the way in may go on: siblings that share the port take what the kernel has queued. */
  stopListening(): void {
    // And not `http`'s own, which ends the time limit of handshakes too.
    for (const { server } of this.servers) NetServer.prototype.close.call(server);
  }

  /** Stops listening, and cuts off whoever is not inside yet. */
  async close(): Promise<void> {
    this.arrivals.stop();
    this.handshakes.close();
    await Promise.all(
      this.servers.map(
        ({ server }) =>
          new Promise<void>((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      ),
    );
  }

  private createServer({ tls }: GatewayListener): Server {
    const { metrics, onRevoked, options } = this.parts;
    const server = createHandshakeServer({
      maxConnections: options.maxConnections,
      tls,
      upgrade: (request, socket, head) => void this.admit(request, socket, head, tls),
      onRefused: (refused) => metrics.connectionsTotal[refused.outcome].inc(),
      onRevoked,
      onTlsRefused: (reason, address = '') => {
        // Somebody whose certificate is not taken; who speaks something else than TLS has made a mistake.
        if (reason !== 'handshake') this.audit(address, null, `tls: ${reason}`);
      },
    });
    this.arrivals.watch(server, tls !== null);
    return server;
  }

  /** An upgrade request. Never rejects. */
  private async admit(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    tls: ListenerTls | null,
  ): Promise<void> {
    socket.on('error', () => socket.destroy());
    const address = this.addressOf(request);
    if (this.arrivals.isTooMuch(request.socket, address)) {
      this.refuse(socket, address, unavailable('addressLimit'));
      return;
    }
    const routed = route(request.method, request.url);
    if (!routed.ok) {
      this.refuse(socket, address, routed.refusal);
      return;
    }
    const { destination } = routed;
    const refused = handshakeRefusal(request) ?? this.foreign(request) ?? this.parts.shut(this.admitting);
    const known = refused ?? (await this.known(destination, request, address, tls));
    if ('status' in known) {
      this.refuse(socket, address, known, destination.chargePointId);
      return;
    }
    this.handshakes.handleUpgrade(request, socket, head, (ws) =>
      this.enter(ws, socket, destination, { sender: known.sender, address }),
    );
  }

  /** Where nobody is asked who they are, pages of elsewhere are kept out: browsers let any page connect to this machine. */
  private foreign({ headers: { host, origin } }: IncomingMessage): Refusal | null {
    const { openHosts } = this.parts.options;
    if (openHosts === null) return null;
    if (!isAllowedHost(host, openHosts)) return refusal('forbiddenHost');
    return isAllowedOrigin(origin, host, null) ? null : refusal('forbiddenOrigin');
  }

  private async known(
    { chargePointId }: Destination,
    { headers, socket, url: handshake = '' }: IncomingMessage,
    remoteAddress: string,
    tls: ListenerTls | null,
  ): Promise<{ readonly sender: Sender | null } | Refusal> {
    const { directory, logger, senders, shut } = this.parts;
    const identity = tls?.files.clients === undefined ? this.parts.identity : new CertificateIdentity(socket);
    const asks = chargePointId === null ? [senders] : [directory, identity];
    if (asks.every((gatekeeper) => gatekeeper === undefined)) return { sender: null };
    this.admitting++;
    const known =
      chargePointId === null
        ? await this.senderOf({ headers, remoteAddress, handshake })
        : ((await refusalOf(chargePointId, headers.authorization, { directory, identity, logger })) ?? {
            sender: null,
          });
    this.admitting--;
    // The door may have been shut meanwhile.
    return 'status' in known ? known : (shut(this.admitting) ?? known);
  }

  /** Programs are counted over all processes, by their address before it is asked who they are, and by what they showed. */
  private async senderOf(knock: SenderKnock): Promise<{ readonly sender: Sender | null } | Refusal> {
    const { limits } = this.parts;
    const tooMany = limits?.ofAddress(knock.remoteAddress) ?? null;
    if (tooMany !== null) return this.limited(tooMany);
    const known = await senderOf(knock, this.parts);
    if ('status' in known || known.sender === null) return known;
    const limited = limits?.ofPrincipal(known.sender.principal) ?? null;
    return limited === null ? known : this.limited(limited);
  }

  private limited({ limit, retryAfterS }: Limited): Refusal {
    this.parts.metrics.limitedTotal[limit].inc();
    return refusal('tooManyHandshakes', { headers: { 'retry-after': String(retryAfterS) } });
  }

  /** From where a request comes, as far as proxies are trusted; '': it is gone already. */
  private addressOf({ headers, socket }: IncomingMessage): string {
    const peer = socket.remoteAddress ?? '';
    return this.parts.limits?.addressOf(peer, headers['x-forwarded-for']) ?? peer;
  }

  private enter(
    ws: OwnedSocket,
    socket: Duplex,
    { endpoint, chargePointId }: Destination,
    who: Pick<Entrant, 'sender' | 'address'>,
  ): void {
    const { ingest, ocpp, metrics } = this.parts;
    const channel = endpoint === 'ingest' ? ingest : ocpp.get(ws.protocol);
    if (channel === undefined || !(socket instanceof Socket)) {
      // OCPP-J: the handshake is finished without the header, so that the client can see why it is closed.
      metrics.connectionsTotal.no_subprotocol.inc();
      ws.on('error', () => ws.terminate());
      ws.close(
        CLOSES.protocolError.code,
        `no common subprotocol; spoken here: ${[...ocpp.keys()].join(', ')}`,
      );
      return;
    }
    metrics.connectionsTotal.accepted.inc();
    this.parts.enter({ ws, socket, channel, chargePointId, ...who });
  }

  /** @param chargePointId that it says it is; null: it did not come to that, or is none. */
  private refuse(
    socket: Duplex,
    address: string,
    refused: Refusal,
    chargePointId: string | null = null,
  ): void {
    if (isDenial(refused)) this.audit(address, chargePointId, refused.outcome);
    this.parts.metrics.connectionsTotal[refused.outcome].inc();
    writeRefusal(socket, refused);
  }

  private audit(address: string, subject: string | null, reason: string): void {
    this.parts.audit.refused({
      actor: null,
      actorKind: 'nobody',
      address: address === '' ? null : address,
      source: 'gateway',
      requestId: null,
      action: 'connect.gateway',
      outcome: 'refused',
      subject,
      reason,
    });
  }

  private webSocketOptions() {
    const { ocpp, options } = this.parts;
    return {
      noServer: true,
      clientTracking: false,
      // Compression costs up to 300 KB a socket.
      perMessageDeflate: false,
      // The connection answers pings, as many as it takes from one socket.
      autoPong: false,
      maxPayload: options.maxFrameBytes,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_CHUNKS,
      closeTimeout: CLOSE_TIMEOUT_MS,
      WebSocket: OwnedSocket,
      handleProtocols: (offered: Set<string>, request: IncomingMessage): string | false =>
        request.url?.startsWith('/ocpp/') === true
          ? ([...offered].find((name) => ocpp.has(name)) ?? false)
          : // Its token is no protocol, and is not sent back.
            ([...offered].find((name) => !name.startsWith('bearer.')) ?? false),
    };
  }
}

/** Somebody may not, or not that often: load and mistakes are no matter of the audit. */
function isDenial({ status, outcome }: Refusal): boolean {
  return status === 401 || status === 403 || status === 429 || outcome === 'unknown_charge_point';
}
