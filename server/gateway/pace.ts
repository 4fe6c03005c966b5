import type { Channel } from './channel.js';
import type { Limit } from './metrics.js';
import { Rate, type SharedBucket } from './rate.js';
import { Deadline, type DeadlineOwner, type TimerWheel } from '../../helpers/timer-wheel.js';

/** A socket whose pace is kept. */
export interface Paced {
  /** It sent more than it may: it is not to be read until {@link caughtUp}. */
  tooFast(limit: Limit): void;
  caughtUp(): void;
}

export interface PaceServices {
  readonly wheel: TimerWheel;
  /** Of messages of all sockets together. */
  readonly total: SharedBucket;
}

/** Pings and pongs of one socket: our own pings ask for ten pongs a second at most. */
const CONTROL_FRAMES = new Rate(20);

/**
 * How fast one socket sends. What came too fast was taken all the same: nothing is refused for it, the socket is left
 * unread for a while, and TCP makes its sender wait.
 */
export class Pace implements DeadlineOwner {
  /** Buckets: see {@link Rate}. */
  private messagesSpent = 0;
  private controlsSpent = 0;
  private slowdown: Deadline | undefined;

  constructor(
    private readonly socket: Paced,
    private readonly services: PaceServices,
  ) {}

  /** @param now `performance.now()`. */
  tookMessages(count: number, now: number, { rate, limit }: Channel): void {
    // A frame without any costs as much as one.
    const tokens = Math.max(1, count);
    const totalMs = this.services.total.take(tokens, now);
    if (totalMs > 0) this.slowDown(totalMs, 'total_rate');
    if (rate === null) return;
    this.messagesSpent = rate.spend(this.messagesSpent, now, tokens);
    const ownMs = rate.waitMs(this.messagesSpent, now);
    if (ownMs > totalMs) this.slowDown(ownMs, limit);
  }

  /** A ping or a pong came; false: too many did. */
  tookControl(): boolean {
    const { now } = this.services.wheel;
    this.controlsSpent = CONTROL_FRAMES.spend(this.controlsSpent, now, 1);
    return CONTROL_FRAMES.waitMs(this.controlsSpent, now) === 0;
  }

  due(): void {
    this.socket.caughtUp();
  }

  /** The socket is gone. */
  stop(): void {
    if (this.slowdown !== undefined) this.services.wheel.cancel(this.slowdown);
  }

  private slowDown(forMs: number, limit: Limit): void {
    this.slowdown ??= new Deadline(this);
    this.services.wheel.arm(this.slowdown, forMs);
    this.socket.tooFast(limit);
  }
}
