import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { WebSocket, type RawData } from 'ws';
import type { FrameContext } from '../../protocol/charger-protocol.js';
import type { ByteBudget } from './byte-budget.js';
import type { Channel } from './channel.js';
import { CLOSES } from './close-codes.js';
import type { FramePath } from './frame-path.js';
import type { FrameSource } from './frame-source.js';
import { isOversizedFrame, type GatewaySocket, type SocketOwner } from './gateway-socket.js';
import type { Liveness, Watched } from './liveness.js';
import type { CloseReason, GatewayMetrics } from './metrics.js';
import type { Session, SessionSocket } from './sessions/session.js';
import { monotonicMicros, type Claimant } from './sockets.js';
import { Deadline, type TimerWheel } from './timer-wheel.js';

/** What all connections of a gateway share. */
export interface ConnectionServices {
  readonly frames: FramePath;
  readonly budget: ByteBudget;
  readonly metrics: GatewayMetrics;
  readonly wheel: TimerWheel;
  readonly liveness: Liveness<Connection>;
  readonly logger: Logger;
  /** Connections that are not read at the moment. */
  readonly paused: Set<Connection>;
  /** A larger frame closes its socket. */
  readonly maxFrameBytes: number;
  /** Seconds between heartbeats that a charge point is told now. */
  heartbeatIntervalS(): number;
  closed(connection: Connection): void;
}

/** Unread answers above which the client's frames are no longer read, bytes. */
const UNREAD_PAUSE_BYTES = 1024 * 1024;
/** Unread answers above which a client that still makes more is cut off, bytes. */
const UNREAD_LIMIT_BYTES = 8 * 1024 * 1024;
/** A masked control frame without its data, bytes. */
const CONTROL_FRAME_BYTES = 6;

const Pause = { BUDGET: 1, UNREAD_ANSWERS: 2 } as const;

/** One client's socket: frames in, answers out, and when it is read, pinged and closed. */
export class Connection implements SocketOwner, FrameSource, Watched, Claimant, SessionSocket {
  readonly claimedAt = monotonicMicros();
  readonly visit = new Deadline(this);
  pingAt = 0;
  heardAt = 0;
  messageAt = 0;
  /** As the registry knows it; null: it doesn't. */
  session: Session | null = null;
  private inFlight = 0;
  private pauses = 0;
  private state: 'open' | 'answering' | 'closing' = 'open';
  private closeReason: CloseReason = 'closed';
  /** `socket.bytesRead` up to where frames were complete. */
  private completeAt: number;

  constructor(
    private readonly ws: GatewaySocket,
    private readonly socket: Socket,
    readonly channel: Channel,
    readonly chargePointId: string | null,
    private readonly services: ConnectionServices,
  ) {
    this.completeAt = socket.bytesRead;
    ws.serve(this);
  }

  /** While the budget keeps the socket from being read its pongs can't be heard. */
  get exempt(): boolean {
    return (this.pauses & Pause.BUDGET) !== 0 || this.state === 'closing';
  }

  get busy(): boolean {
    return this.inFlight > 0;
  }

  /** Bytes this socket holds that no confirmation of the log frees: a frame that has not ended, answers not read. */
  get heldBytes(): number {
    return Math.max(0, this.socket.bytesRead - this.completeAt) + this.ws.bufferedAmount;
  }

  get peer(): string | undefined {
    return this.socket.remoteAddress;
  }

  get isServing(): boolean {
    return this.state === 'open' && this.ws.readyState === WebSocket.OPEN;
  }

  call(text: string): boolean {
    if (!this.isServing) return false;
    this.answer(text);
    return true;
  }

  receive(data: RawData, isBinary: boolean): void {
    this.heardAt = this.messageAt = this.services.wheel.now;
    this.completeAt = this.socket.bytesRead;
    // What comes after we decided to close is not acknowledged, so its sender sends it again.
    if (this.state !== 'open') return;
    const { protocol, messages } = this.channel;
    if (isBinary || !Buffer.isBuffer(data)) {
      messages.invalid.inc();
      this.answer(protocol.binaryFrame());
      return;
    }
    const text = data.toString('utf8');
    const handled = protocol.handle(text, this.frameContext());
    this.services.frames.take(this, handled, text, data.length);
    this.session?.take(handled);
    if (this.services.budget.pausing) this.pause(Pause.BUDGET);
  }

  frameBegins(): void {
    this.inFlight++;
  }

  frameEnds(): void {
    this.inFlight--;
    if (this.state === 'answering' && this.inFlight === 0) this.closeForRestart();
  }

  answer(text: string): void {
    if (this.ws.readyState !== WebSocket.OPEN) return;
    if (this.ws.bufferedAmount > UNREAD_LIMIT_BYTES) {
      this.terminate('slow_reader');
      return;
    }
    this.ws.send(text);
    if (this.ws.bufferedAmount > UNREAD_PAUSE_BYTES && (this.pauses & Pause.UNREAD_ANSWERS) === 0) {
      this.pause(Pause.UNREAD_ANSWERS);
      this.socket.once('drain', () => this.unpause(Pause.UNREAD_ANSWERS));
    }
  }

  due(): void {
    this.services.liveness.visit(this);
  }

  ping(): void {
    if (this.ws.readyState === WebSocket.OPEN && this.pauses === 0) this.ws.ping();
  }

  expire(): void {
    this.terminate(this.pauses === 0 ? 'silent' : 'slow_reader');
  }

  idle(): void {
    this.close(CLOSES.idle.code, 'idle; connect again with your next reading', 'idle');
  }

  replaced(): void {
    this.close(CLOSES.replaced.code, 'a newer connection of this charge point is open', 'replaced');
  }

  /** For a graceful stop: reads no further frame, answers those in flight, then closes. */
  closeWhenAnswered(): void {
    if (this.state !== 'open') return;
    this.state = 'answering';
    if (this.inFlight === 0) this.closeForRestart();
  }

  close(code: number, text: string, reason: CloseReason): void {
    if (this.state === 'closing') return;
    this.state = 'closing';
    this.closeReason = reason;
    // The peer's half of the closing handshake must be read.
    this.unpause(Pause.BUDGET);
    this.unpause(Pause.UNREAD_ANSWERS);
    this.ws.close(code, text);
  }

  terminate(reason: CloseReason): void {
    this.state = 'closing';
    this.closeReason = reason;
    this.ws.terminate();
  }

  /** The byte budget has room again. */
  relieve(): void {
    this.unpause(Pause.BUDGET);
  }

  hearControl(data: Buffer): void {
    this.heardAt = this.services.wheel.now;
    this.completeAt += CONTROL_FRAME_BYTES + data.length;
  }

  /** `ws` answers a broken frame with its close code (1002, 1007, 1009) by itself. */
  failed(error: Error): void {
    const { frames, logger, maxFrameBytes } = this.services;
    if (this.state === 'open' && isOversizedFrame(error)) {
      frames.takeOversized(this, maxFrameBytes, this.frameContext());
    }
    this.state = 'closing';
    this.closeReason = 'frame_error';
    logger.debug({ err: error, chargePointId: this.chargePointId, peer: this.peer }, 'socket failed');
  }

  /** A bug of ours met while handling a frame: this client is told so and reconnects, the others go on. */
  fault(error: unknown): void {
    this.services.logger.error(
      { err: error, chargePointId: this.chargePointId },
      'a frame could not be handled',
    );
    this.close(CLOSES.internalError.code, 'internal error', 'frame_error');
  }

  ended(): void {
    this.state = 'closing';
    this.services.paused.delete(this);
    this.services.metrics.closedTotal[this.closeReason].inc();
    this.session?.closed(this.closeReason);
    this.services.closed(this);
  }

  private frameContext(): FrameContext {
    const heartbeatIntervalS = this.services.heartbeatIntervalS();
    return { chargePointId: this.chargePointId, receivedAt: Date.now(), heartbeatIntervalS };
  }

  private closeForRestart(): void {
    this.close(CLOSES.serviceRestart.code, 'the gateway restarts, connect again', 'closed');
  }

  private pause(why: number): void {
    if (this.state !== 'open') return;
    if (this.pauses === 0) {
      this.ws.pause();
      this.services.paused.add(this);
    }
    this.pauses |= why;
  }

  private unpause(why: number): void {
    if ((this.pauses & why) === 0) return;
    this.pauses &= ~why;
    // Whatever was sent meanwhile waits in the kernel: the peer gets two full intervals to be heard again.
    this.heardAt = this.messageAt = this.services.wheel.now;
    if (this.pauses !== 0) return;
    this.services.paused.delete(this);
    this.ws.resume();
  }
}
