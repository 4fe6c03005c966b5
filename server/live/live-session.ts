import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { WebSocket, type RawData } from 'ws';
import { Deadline, type TimerWheel } from '../../helpers/timer-wheel.js';
import type { ErrorMessage, SessionMessage } from '../../protocol/live/server-message.js';
import type { Principal } from '../access/access.js';
import type { Liveness, Watched } from '../sockets/liveness.js';
import type { OwnedSocket, SocketOwner } from '../sockets/owned-socket.js';
import { ClientRate } from './client-rate.js';
import { LIVE_CLOSES } from './close-codes.js';
import { LiveFrame } from './live-frame.js';
import type { CloseReason } from './metrics.js';
import { SessionRequests, type RequestServices, type RequestSocket } from './session-requests.js';
import { SessionTerm, type TermLimits } from './session-term.js';

/** What all sessions share. */
export interface SessionServices extends RequestServices {
  readonly liveness: Liveness<LiveSession>;
  readonly wheel: TimerWheel;
  readonly term: TermLimits;
  /** Who shows this; null: refused. Rejects when that can't be found out. */
  readonly identify: (token: string, remoteAddress: string) => Promise<Principal | null>;
  readonly logger: Logger;
  /** Unsent bytes above which a socket has no room. */
  readonly bufferBytes: number;
  closed(session: LiveSession): void;
}

const OWNER = Symbol('session');
interface DrainingSocket extends Socket {
  [OWNER]?: LiveSession;
}

/** One client's socket: what comes over it, how much it takes, and when it ends. */
export class LiveSession implements SocketOwner, Watched, RequestSocket {
  readonly visit = new Deadline(this);
  pingAt = 0;
  heardAt = 0;
  messageAt = 0;
  readonly exempt = false;
  readonly busy = false;
  private readonly requests: SessionRequests;
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
    private readonly who: { readonly principal: Principal; readonly address: string },
    private readonly services: SessionServices,
  ) {
    this.compresses = ws.extensions.includes('permessage-deflate');
    this.rate = new ClientRate(services.wheel.now);
    (socket as DrainingSocket)[OWNER] = this;
    socket.on('drain', onDrain);
    ws.serve(this);
    const { wheel, term: limits, now, identify } = services;
    this.term = new SessionTerm(who.principal, {
      ...{ limits, wheel, now },
      identify: (token) => identify(token, this.remoteAddress),
      tell: (message) => this.tell(message),
      over: () => this.close(LIVE_CLOSES.sessionOver.code, 'the session is over', 'session_over'),
    });
    this.requests = new SessionRequests(this, this.term, services);
  }

  /** Tells how long it may stay, where that has an end. */
  begin(): void {
    this.term.begin();
  }

  get subscriptionCount(): number {
    return this.requests.subscriptionCount;
  }

  /** As far as proxies are trusted; '': it was gone already. */
  get remoteAddress(): string {
    return this.who.address;
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
    this.requests.relieve();
  }

  receive(data: RawData, isBinary: boolean): void {
    this.heardAt = this.messageAt = this.services.wheel.now;
    if (!this.allows()) return;
    if (isBinary || !Buffer.isBuffer(data))
      this.requests.refuse(null, 'malformed', 'messages are text frames');
    else this.requests.take(data.toString('utf8'));
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
    this.requests.end();
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
    this.services.metrics.closedTotal[this.reason].inc();
    this.services.closed(this);
  }

  tell(message: ErrorMessage | SessionMessage): void {
    this.services.metrics.messagesTotal.inc();
    // Nobody keeps asking for answers that they don't read.
    if (!this.deliver(LiveFrame.of([JSON.stringify(message)]))) this.flooded();
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
    this.requests.end();
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
