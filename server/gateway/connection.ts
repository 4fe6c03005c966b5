import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { WebSocket, type RawData } from 'ws';
import type { ChargerProtocol, FrameContext, Handled, Outcome } from '../../protocol/charger-protocol.js';
import { encodeEnvelope } from '../../protocol/envelope.js';
import type { ByteBudget } from './byte-budget.js';
import { CLOSES } from './close-codes.js';
import type { FrameSampler } from './frame-sampler.js';
import { isOversizedFrame, type GatewaySocket, type SocketOwner } from './gateway-socket.js';
import type { Watched } from './liveness.js';
import type { ByOutcome, CloseReason, GatewayMetrics, MessageOutcome } from './metrics.js';
import type { MicroBatcher } from './micro-batcher.js';
import { PendingFrame, type FrameOwner } from './pending-frame.js';
import { retryHintMs } from './retry-hint.js';
import { monotonicMicros, type Claimant } from './sockets.js';

/** A protocol with its counters resolved. */
export interface Channel {
  readonly protocol: ChargerProtocol;
  readonly messages: ByOutcome<MessageOutcome>;
}

/** What all connections of a gateway share. */
export interface ConnectionServices {
  readonly batcher: MicroBatcher;
  readonly budget: ByteBudget;
  readonly metrics: GatewayMetrics;
  readonly sampler: FrameSampler;
  readonly logger: Logger;
  /** Connections that are not read at the moment. */
  readonly paused: Set<Connection>;
  /** A larger frame closes its socket. */
  readonly maxFrameBytes: number;
  /** Seconds between heartbeats that a charge point is told now. */
  heartbeatIntervalS(): number;
  frameBegins(): void;
  frameEnds(): void;
  closed(connection: Connection): void;
}

/** A frame costs more than its bytes while it waits: this much is added for its objects. */
const FRAME_OVERHEAD_BYTES = 512;
/** Unread answers above which the client's frames are no longer read, bytes. */
const UNREAD_PAUSE_BYTES = 1024 * 1024;
/** Unread answers above which a client that still makes more is cut off, bytes. */
const UNREAD_LIMIT_BYTES = 8 * 1024 * 1024;
/** A masked control frame without its data, bytes. */
const CONTROL_FRAME_BYTES = 6;

const Pause = { BUDGET: 1, UNREAD_ANSWERS: 2 } as const;
const NO_OUTCOMES: readonly Outcome[] = Object.freeze([]);

/** One client: frames in, messages to the log, answers out once the log has them. */
export class Connection implements SocketOwner, FrameOwner, Watched, Claimant {
  readonly claimedAt = monotonicMicros();
  heard = true;
  missed = 0;
  slot = 0;
  private inFlight = 0;
  private pauses = 0;
  private state: 'open' | 'answering' | 'closing' = 'open';
  private closeReason: CloseReason = 'closed';
  /** `socket.bytesRead` up to where frames were complete. */
  private completeAt: number;

  constructor(
    private readonly ws: GatewaySocket,
    private readonly socket: Socket,
    private readonly channel: Channel,
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

  /** Bytes this socket holds that no confirmation of the log frees: a frame that has not ended, answers not read. */
  get heldBytes(): number {
    return Math.max(0, this.socket.bytesRead - this.completeAt) + this.ws.bufferedAmount;
  }

  get peer(): string | undefined {
    return this.socket.remoteAddress;
  }

  receive(data: RawData, isBinary: boolean): void {
    this.heard = true;
    this.completeAt = this.socket.bytesRead;
    // What comes after we decided to close is not acknowledged, so its sender sends it again.
    if (this.state !== 'open') return;
    const { protocol, messages } = this.channel;
    if (isBinary || !Buffer.isBuffer(data)) {
      messages.invalid.inc();
      this.send(protocol.binaryFrame());
      return;
    }
    const text = data.toString('utf8');
    const handled = protocol.handle(text, this.frameContext());
    this.take(handled, text, data.length);
    if (this.services.budget.pausing) this.pause(Pause.BUDGET);
  }

  /** Called by the batcher through the frame, once the log took or refused all of it. */
  complete(frame: PendingFrame): void {
    this.inFlight--;
    this.services.frameEnds();
    this.services.budget.release(frame.bytes);
    try {
      this.finish(frame.handled, frame.outcomes);
    } catch (error) {
      // The batch goes on: its other messages belong to other clients.
      this.fault(error);
    }
    if (frame.outcomes.every((outcome) => outcome.kind === 'durable')) {
      this.services.metrics.ackSeconds.observe((performance.now() - frame.startedAt) / 1_000);
    }
    if (this.state === 'answering' && this.inFlight === 0) this.closeForRestart();
  }

  ping(): void {
    if (this.ws.readyState === WebSocket.OPEN && this.pauses === 0) this.ws.ping();
  }

  expire(): void {
    this.terminate(this.pauses === 0 ? 'silent' : 'slow_reader');
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
    this.heard = true;
    this.completeAt += CONTROL_FRAME_BYTES + data.length;
  }

  /** `ws` answers a broken frame with its close code (1002, 1007, 1009) by itself. */
  failed(error: Error): void {
    if (this.state === 'open' && isOversizedFrame(error)) this.takeOversized();
    this.state = 'closing';
    this.closeReason = 'frame_error';
    this.services.logger.debug(
      { err: error, chargePointId: this.chargePointId, peer: this.peer },
      'socket failed',
    );
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
    this.services.closed(this);
  }

  /** Of the frame nothing was read, yet somebody should know that it came. */
  private takeOversized(): void {
    const { maxFrameBytes } = this.services;
    this.take(this.channel.protocol.oversizedFrame(maxFrameBytes, this.frameContext()), '', 0);
  }

  private frameContext(): FrameContext {
    const heartbeatIntervalS = this.services.heartbeatIntervalS();
    return { chargePointId: this.chargePointId, receivedAt: Date.now(), heartbeatIntervalS };
  }

  private take(handled: Handled, text: string, bytes: number): void {
    this.sampleInvalid(handled, text);
    if (handled.envelopes.length === 0) {
      this.finish(handled, NO_OUTCOMES);
    } else if (this.services.budget.refusing) {
      // The newest work is refused first: at once, so that it holds no memory.
      this.finish(
        handled,
        handled.envelopes.map(() => ({ kind: 'unavailable', retryAfterMs: retryHintMs() })),
      );
    } else {
      this.publish(handled, bytes + FRAME_OVERHEAD_BYTES);
    }
  }

  private publish(handled: Handled, bytes: number): void {
    const frame = new PendingFrame(this, handled, bytes, performance.now());
    this.inFlight++;
    this.services.frameBegins();
    this.services.budget.add(bytes);
    let index = 0;
    for (const envelope of handled.envelopes) {
      const message = { key: envelope.chargePointId, value: encodeEnvelope(envelope) };
      this.services.batcher.submit(message, frame, index++);
    }
  }

  private finish(handled: Handled, outcomes: readonly Outcome[]): void {
    this.count(handled, outcomes);
    const text = handled.answer(outcomes);
    if (text !== null) this.send(text);
  }

  /** Accepted and rejected messages have one envelope each, in their order. */
  private count(handled: Handled, outcomes: readonly Outcome[]): void {
    const { messages } = this.channel;
    let next = 0;
    for (const { kind } of handled.verdicts) {
      const outcome = kind === 'accepted' || kind === 'rejected' ? outcomes[next++] : undefined;
      messages[outcome?.kind === 'unavailable' ? 'retry' : kind].inc();
    }
  }

  private sampleInvalid(handled: Handled, text: string): void {
    const invalid = handled.verdicts.find((verdict) => verdict.kind === 'invalid');
    if (invalid !== undefined) {
      const { chargePointId, peer } = this;
      this.services.sampler.sample(text, { chargePointId, peer, reason: invalid.reason });
    }
  }

  private send(text: string): void {
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
    this.heard = true;
    this.missed = 0;
    if (this.pauses !== 0) return;
    this.services.paused.delete(this);
    this.ws.resume();
  }
}
