import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { WebSocket, type RawData } from 'ws';
import { Deadline, type TimerWheel } from '../../helpers/timer-wheel.js';
import { parseClientMessage } from '../../protocol/live/parse-client-message.js';
import type { Subscribe } from '../../protocol/live/client-message.js';
import type { ErrorMessage, SessionMessage } from '../../protocol/live/server-message.js';
import { may, type Principal } from '../access/access.js';
import type { Auditor } from '../audit/auditor.js';
import type { Liveness, Watched } from '../sockets/liveness.js';
import type { OwnedSocket, SocketOwner } from '../sockets/owned-socket.js';
import { audienceOf } from './audience.js';
import { ClientRate } from './client-rate.js';
import { LIVE_CLOSES } from './close-codes.js';
import { FRAME_SCOPES } from './frame-scopes.js';
import type { FleetBroadcast } from './fleet-broadcast.js';
import { LiveFrame } from './live-frame.js';
import type { CloseReason } from './metrics.js';
import { SessionTerm, type TermLimits } from './session-term.js';
import { Subscription } from './subscription.js';
import type { SubscriptionServices, SubscriptionSocket } from './subscription-services.js';

/** What all sessions share. */
export interface SessionServices extends SubscriptionServices {
  readonly liveness: Liveness<LiveSession>;
  readonly fleet: FleetBroadcast;
  readonly wheel: TimerWheel;
  readonly term: TermLimits;
  /** Who shows this; null: refused. Rejects when that can't be found out. */
  readonly identify: (token: string, remoteAddress: string) => Promise<Principal | null>;
  readonly logger: Logger;
  /** Told what was refused. */
  readonly audit: Auditor;
  readonly maxSubscriptions: number;
  /** Unsent bytes above which a socket has no room. */
  readonly bufferBytes: number;
  closed(session: LiveSession): void;
}

const OWNER = Symbol('session');
interface DrainingSocket extends Socket {
  [OWNER]?: LiveSession;
}

/** One client's socket: its subscriptions, and how much it takes. */
export class LiveSession implements SocketOwner, Watched, SubscriptionSocket {
  readonly visit = new Deadline(this);
  pingAt = 0;
  heardAt = 0;
  messageAt = 0;
  readonly exempt = false;
  readonly busy = false;
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly compresses: boolean;
  private readonly term: SessionTerm;
  private reason: CloseReason = 'closed';
  private readonly rate: ClientRate;
  /** What the network had taken when it was last looked at, bytes. */
  private takenBytes = 0;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly ws: OwnedSocket,
    private readonly socket: Socket,
    principal: Principal,
    private readonly services: SessionServices,
  ) {
    this.compresses = ws.extensions.includes('permessage-deflate');
    this.rate = new ClientRate(services.wheel.now);
    (socket as DrainingSocket)[OWNER] = this;
    socket.on('drain', onDrain);
    ws.serve(this);
    const { wheel, term: limits, now, identify } = services;
    const { remoteAddress = '' } = socket;
    this.term = new SessionTerm(principal, {
      ...{ limits, wheel, now },
      identify: (token) => identify(token, remoteAddress),
      tell: (message) => this.tell(message),
      over: () => this.close(LIVE_CLOSES.sessionOver.code, 'the session is over', 'session_over'),
    });
  }

  /** Tells how long it may stay, where that has an end. */
  begin(): void {
    this.term.begin();
  }

  get subscriptionCount(): number {
    return this.subscriptions.size;
  }

  get hasRoom(): boolean {
    return this.bufferedBytes <= this.services.bufferBytes;
  }

  get bufferedBytes(): number {
    return this.compresses ? this.ws.bufferedAmount : this.socket.writableLength;
  }

  deliver(frame: LiveFrame): boolean {
    if (!this.hasRoom) return false;
    this.give(frame);
    return true;
  }

  give(frame: LiveFrame): void {
    if (this.ws.readyState !== WebSocket.OPEN) return;
    // The same bytes for all, header included; what compresses has a header of its own.
    if (!this.compresses) this.socket.write(frame.bytes);
    else this.ws.send(frame.payload, { binary: false }, () => this.compressed());
  }

  async room(): Promise<void> {
    if (this.hasRoom || this.ws.readyState !== WebSocket.OPEN) return;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Everything that was given was taken. */
  drained(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
    for (const subscription of this.subscriptions.values()) subscription.relieve();
  }

  receive(data: RawData, isBinary: boolean): void {
    this.heardAt = this.messageAt = this.services.wheel.now;
    if (!this.allows()) return;
    if (isBinary || !Buffer.isBuffer(data)) this.refuse(null, 'malformed', 'messages are text frames');
    else this.understand(data.toString('utf8'));
  }

  hearPing(data: Buffer): void {
    this.heardAt = this.services.wheel.now;
    if (this.allows() && this.ws.readyState === WebSocket.OPEN) this.ws.pong(data);
  }

  hearPong(): void {
    this.heardAt = this.services.wheel.now;
  }

  due(): void {
    // Who takes what was sent before the ping is slow, and not gone.
    const taken = this.socket.bytesWritten - this.socket.writableLength;
    if (this.socket.writableLength > 0 && taken > this.takenBytes) this.heardAt = this.services.wheel.now;
    this.takenBytes = taken;
    this.services.liveness.visit(this);
  }

  ping(): void {
    if (this.ws.readyState === WebSocket.OPEN) this.ws.ping();
  }

  expire(): void {
    this.terminate(this.socket.writableLength > 0 ? 'slow_reader' : 'silent');
  }

  idle(): void {
    // Who only listens sends nothing.
  }

  fault(error: unknown): void {
    this.services.logger.error({ err: error }, 'a live socket could not be served');
    this.close(LIVE_CLOSES.internalError.code, 'internal error', 'fault');
  }

  closeForRestart(): void {
    this.close(LIVE_CLOSES.serviceRestart.code, 'the live role restarts, connect again', 'closed');
  }

  terminate(reason: CloseReason): void {
    this.reason = reason;
    this.ws.terminate();
  }

  failed(error: Error): void {
    this.reason = 'frame_error';
    this.services.logger.debug({ err: error, peer: this.socket.remoteAddress }, 'live socket failed');
  }

  ended(): void {
    this.term.end();
    for (const subscription of this.subscriptions.values()) this.drop(subscription);
    this.subscriptions.clear();
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
    this.services.metrics.closedTotal[this.reason].inc();
    this.services.closed(this);
  }

  private understand(text: string): void {
    const parsed = parseClientMessage(text);
    if (!parsed.ok) {
      this.refuse(parsed.id, 'malformed', parsed.message, parsed.path);
      return;
    }
    const { message } = parsed;
    const scope = FRAME_SCOPES[message.type];
    if (!may(this.term.principal, scope)) {
      const id = message.type === 'RENEW' ? null : message.id;
      this.refuse(id, 'forbidden', `${message.type} takes the scope ${scope}`);
    } else if (message.type === 'SUBSCRIBE') this.subscribe(message);
    else if (message.type === 'UNSUBSCRIBE') this.unsubscribe(message.id);
    else void this.renew(message.token);
  }

  private async renew(token: string): Promise<void> {
    try {
      const renewal = await this.term.renew(token);
      if (!renewal.ok) this.refuse(null, 'renewal-refused', renewal.why);
    } catch (error) {
      this.services.logger.error({ err: error }, 'it could not be found out who renews a session');
      this.refuse(null, 'unavailable', 'It can not be found out who asks at the moment; try again.');
    }
  }

  private subscribe(request: Subscribe): void {
    const { id, filter } = request;
    const { maxSubscriptions, fleet } = this.services;
    if (this.subscriptions.has(id)) {
      this.refuse(id, 'duplicate-subscription', 'there is a subscription of this id', '/id');
      return;
    }
    if (this.subscriptions.size >= maxSubscriptions) {
      this.refuse(id, 'too-many-subscriptions', `a socket has ${maxSubscriptions} subscriptions at most`);
      return;
    }
    const audience = audienceOf(filter, this.term.principal);
    const wantsFleet = audience.kinds.has('fleet');
    if (wantsFleet && this.term.principal.sites !== null) {
      this.refuse(id, 'forbidden', 'figures of the fleet are of all sites', '/filter/kinds');
      return;
    }
    const subscription = new Subscription(this, request, audience, this.services);
    this.subscriptions.set(id, subscription);
    subscription.begin();
    if (wantsFleet) fleet.add(subscription);
  }

  private unsubscribe(id: string): void {
    const subscription = this.subscriptions.get(id);
    if (subscription === undefined) {
      this.refuse(id, 'unknown-subscription', 'there is no subscription of this id', '/id');
      return;
    }
    this.subscriptions.delete(id);
    this.drop(subscription);
  }

  private drop(subscription: Subscription): void {
    this.services.fleet.remove(subscription);
    subscription.end();
  }

  private refuse(
    id: string | null,
    code: ErrorMessage['error']['code'],
    message: string,
    path?: string,
  ): void {
    if (code === 'forbidden' || code === 'renewal-refused') this.auditRefusal(message);
    const error = { code, message, ...(path === undefined ? {} : { path }) };
    const timestamp = new Date(this.services.now()).toISOString();
    this.tell({ type: 'ERROR', id, error, timestamp });
  }

  private tell(message: ErrorMessage | SessionMessage): void {
    this.services.metrics.messagesTotal.inc();
    // Nobody keeps asking for answers that they don't read.
    if (!this.deliver(LiveFrame.of([JSON.stringify(message)]))) this.flooded();
  }

  private auditRefusal(reason: string): void {
    const { by, name } = this.term.principal;
    this.services.audit.refused({
      actor: by === undefined ? null : name,
      actorKind: by ?? 'nobody',
      address: this.socket.remoteAddress ?? null,
      ...{
        source: 'live',
        requestId: null,
        action: 'subscribe',
        outcome: 'refused',
        subject: '/live',
        reason,
      },
    });
  }

  /** False when it is one too many: the socket is then closed. */
  private allows(): boolean {
    if (this.rate.allows(this.services.wheel.now)) return true;
    this.flooded();
    return false;
  }

  private flooded(): void {
    if (this.ws.readyState !== WebSocket.OPEN) return;
    this.close(LIVE_CLOSES.flood.code, 'too many messages', 'flood');
    // Its half of the closing handshake is not worth reading the flood for: `ws` ends it after its timeout.
    this.ws.pause();
  }

  private close(code: number, text: string, reason: CloseReason): void {
    if (this.ws.readyState !== WebSocket.OPEN) return;
    this.reason = reason;
    for (const subscription of this.subscriptions.values()) this.drop(subscription);
    this.subscriptions.clear();
    this.ws.close(code, text);
  }

  private compressed(): void {
    // `drain` is of the socket, and tells nothing of what waits to be compressed.
    if (this.bufferedBytes === 0) this.drained();
  }
}

function onDrain(this: DrainingSocket): void {
  this[OWNER]?.drained();
}
