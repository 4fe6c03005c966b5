import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { WebSocket, type RawData } from 'ws';
import type { FrameContext } from '../../protocol/charger-protocol.js';
import type { Auditor } from '../audit/auditor.js';
import { shownCertificate } from '../tls/certificate-names.js';
import type { Channel } from './channel.js';
import { CLOSES } from './close-codes.js';
import type { Corks } from './corks.js';
import type { FramePath } from './frame-path.js';
import type { FrameSource } from './frame-source.js';
import { isOversizedFrame } from './oversized-frame.js';
import type { OwnedSocket, SocketOwner } from '../sockets/owned-socket.js';
import type { Liveness, Watched } from '../sockets/liveness.js';
import type { CloseReason, GatewayMetrics, Limit } from './metrics.js';
import { Pace, type Paced, type PaceServices } from './pace.js';
import { Pause, Reading, type PauseReason } from './reading.js';
import type { Sender } from './sender-identity.js';
import type { Session, SessionSocket } from './sessions/session.js';
import type { Sheddable, Shedding } from './shedding.js';
import { monotonicMicros, type Claimant } from './sockets.js';
import { Deadline } from '../../helpers/timer-wheel.js';

/** What all connections of a gateway share. */
export interface ConnectionServices extends PaceServices {
  readonly frames: FramePath;
  readonly corks: Corks;
  readonly shedding: Shedding<Connection>;
  readonly metrics: GatewayMetrics;
  readonly liveness: Liveness<Connection>;
  /** ms until a sender may send messages again; 0: now, and these are counted. */
  readonly overLimitMs: (principal: Sender['principal'], messages: number) => number;
  /** Told which messages were refused. */
  readonly audit: Auditor;
  readonly logger: Logger;
  /** A larger frame closes its socket. */
  readonly maxFrameBytes: number;
  closed(connection: Connection): void;
}

/** Unread answers above which the client's frames are no longer read, bytes. */
const UNREAD_PAUSE_BYTES = 1024 * 1024;
/** Unread answers above which a client that still makes more is cut off, bytes. */
const UNREAD_LIMIT_BYTES = 8 * 1024 * 1024;
/** A masked control frame without its data, bytes. */
const CONTROL_FRAME_BYTES = 6;

/** One client's socket: frames in, answers out, and when it is read, pinged and closed. */
export class Connection
  implements SocketOwner, FrameSource, Watched, Paced, Sheddable, Claimant, SessionSocket
{
  readonly claimedAt = monotonicMicros();
  readonly visit = new Deadline(this);
  pingAt = 0;
  heardAt = 0;
  messageAt = 0;
  /** As the registry knows it; null: it doesn't. */
  session: Session | null = null;
  /** Bytes in flight. */
  greed = 0;
  private sender: Sender | null = null;
  private stopWatching: (() => void) | undefined;
  private inFlight = 0;
  private readonly reading: Reading;
  private readonly pace: Pace;
  private state: 'open' | 'answering' | 'closing' = 'open';
  private closeReason: CloseReason = 'closed';
  /** `socket.bytesRead` up to where frames were complete. */
  private completeAt: number;

  constructor(
    private readonly ws: OwnedSocket,
    private readonly socket: Socket,
    readonly channel: Channel,
    readonly chargePointId: string | null,
    /** From where it came, as far as proxies are trusted; '': it is gone already. */
    private readonly address: string,
    private readonly services: ConnectionServices,
  ) {
    this.completeAt = socket.bytesRead;
    this.reading = new Reading(ws);
    this.pace = new Pace(this, services);
    ws.serve(this);
  }

  /** While we don't read the socket its pongs can't be heard; one that does not read its answers is judged all the same. */
  get exempt(): boolean {
    const { reading } = this;
    return reading.pausedFor(Pause.BUDGET) || reading.pausedFor(Pause.RATE) || this.state === 'closing';
  }

  get busy(): boolean {
    return this.inFlight > 0 || this.state !== 'open';
  }

  /** Bytes this socket holds that no confirmation of the log frees: a frame that has not ended, answers not read. */
  get heldBytes(): number {
    return Math.max(0, this.socket.bytesRead - this.completeAt) + this.ws.bufferedAmount;
  }

  get peer(): string | undefined {
    return this.address === '' ? undefined : this.address;
  }

  /** Of the certificate that it showed; null: none. */
  get certificateSerial(): string | null {
    return shownCertificate(this.socket)?.serial ?? null;
  }

  get isServing(): boolean {
    return this.state === 'open' && this.ws.readyState === WebSocket.OPEN;
  }

  call(text: string): boolean {
    if (!this.isServing) return false;
    this.answer(text);
    return true;
  }

  overLimitMs(messages: number): number {
    return this.sender === null ? 0 : this.services.overLimitMs(this.sender.principal, messages);
  }

  refused(reason: string, messages: number): void {
    const { by, name } = this.sender?.principal ?? {};
    this.services.audit.refused(
      {
        actor: by === undefined ? null : (name ?? null),
        actorKind: by ?? 'nobody',
        address: this.peer ?? null,
        ...{ source: 'gateway', requestId: null, action: 'ingest', outcome: 'refused', subject: '/ingest' },
        reason,
      },
      messages,
    );
  }

  /** Its messages are for the charge points of this sender alone, and it is closed when the sender is known no more. */
  speaksAs(sender: Sender): void {
    this.sender = sender;
    this.stopWatching = sender.watch(() => {
      this.close(CLOSES.unauthorised.code, 'what you showed is no longer good', 'unauthorised');
    });
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
      this.pace.tookMessages(1, performance.now(), this.channel);
      return;
    }
    const { frames, shedding } = this.services;
    const now = performance.now();
    const text = data.toString('utf8');
    const handled = protocol.handle(text, this.frameContext());
    frames.take(this, handled, text, data.length, now);
    this.session?.take(handled);
    this.pace.tookMessages(handled.verdicts.length, now, this.channel);
    if (shedding.throttles && shedding.isTooGreedy(this.greed) && this.pause(Pause.BUDGET)) {
      shedding.notePaused();
    }
  }

  frameBegins(bytes: number): void {
    if (this.inFlight++ === 0) this.services.shedding.countSender(1);
    this.greed += bytes;
  }

  frameEnds(bytes: number): void {
    this.greed -= bytes;
    if (--this.inFlight === 0) this.services.shedding.countSender(-1);
    if (this.state === 'answering' && this.inFlight === 0) this.closeForRestart();
  }

  answer(text: string): void {
    if (this.ws.readyState !== WebSocket.OPEN) return;
    if (this.ws.bufferedAmount > UNREAD_LIMIT_BYTES) {
      this.terminate('slow_reader');
      return;
    }
    // One without a charge point has many frames under way; OCPP answers one call at a time.
    if (this.chargePointId === null) this.services.corks.hold(this.socket);
    this.ws.send(text);
    if (this.ws.bufferedAmount > UNREAD_PAUSE_BYTES && this.pause(Pause.UNREAD_ANSWERS)) {
      this.socket.once('drain', () => this.unpause(Pause.UNREAD_ANSWERS));
    }
  }

  due(): void {
    this.services.liveness.visit(this);
  }

  ping(): void {
    if (this.ws.readyState === WebSocket.OPEN && !this.reading.paused) this.ws.ping();
  }

  expire(): void {
    this.terminate(this.reading.paused ? 'slow_reader' : 'silent');
  }

  idle(): void {
    this.close(CLOSES.idle.code, 'idle; connect again with your next reading', 'idle');
  }

  revoked(): void {
    this.close(CLOSES.revoked.code, 'the certificate is revoked', 'revoked');
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
    this.unpause(Pause.RATE);
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

  tooFast(limit: Limit): void {
    if (this.pause(Pause.RATE)) this.services.metrics.limitedTotal[limit].inc();
  }

  caughtUp(): void {
    this.unpause(Pause.RATE);
  }

  hearPing(data: Buffer): void {
    if (this.hearControl(data) && this.ws.readyState === WebSocket.OPEN) this.ws.pong(data);
  }

  hearPong(data: Buffer): void {
    this.hearControl(data);
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
    this.stopWatching?.();
    this.pace.stop();
    this.services.shedding.paused.delete(this);
    this.services.metrics.closedTotal[this.closeReason].inc();
    this.session?.closed(this.closeReason);
    this.services.closed(this);
  }

  private frameContext(): FrameContext {
    return {
      chargePointId: this.chargePointId,
      receivedAt: Date.now(),
      heartbeatIntervalS: this.services.shedding.heartbeatIntervalS(),
      maySpeakFor: this.sender?.maySpeakFor,
      openFrame: this.sender?.openFrame,
    };
  }

  private closeForRestart(): void {
    this.close(CLOSES.serviceRestart.code, 'the gateway restarts, connect again', 'closed');
  }

  /** False when it is one too many. */
  private hearControl(data: Buffer): boolean {
    this.heardAt = this.services.wheel.now;
    this.completeAt += CONTROL_FRAME_BYTES + data.length;
    const tooMany = !this.pace.tookControl();
    if (tooMany) this.flooded();
    return !tooMany;
  }

  private flooded(): void {
    if (this.state === 'closing') return;
    this.services.metrics.limitedTotal.control_frames.inc();
    this.close(CLOSES.flood.code, 'too many pings and pongs', 'control_flood');
    // Its half of the closing handshake is not worth reading the flood for: `ws` ends it after its timeout.
    this.ws.pause();
  }

  /** False when it was paused for this reason already, or is being closed. */
  private pause(why: PauseReason): boolean {
    if (this.state !== 'open' || !this.reading.pause(why)) return false;
    this.services.shedding.paused.add(this);
    return true;
  }

  private unpause(why: PauseReason): void {
    if (!this.reading.resume(why)) return;
    // Whatever was sent meanwhile waits in the kernel: the peer gets two full intervals to be heard again.
    this.heardAt = this.messageAt = this.services.wheel.now;
    if (!this.reading.paused) this.services.shedding.paused.delete(this);
  }
}
