import type { Deadline, DeadlineOwner, TimerWheel } from '../../helpers/timer-wheel.js';

/** What liveness needs of a socket; times are those of the wheel, ms. */
export interface Watched extends DeadlineOwner {
  /** Kept by {@link Liveness} alone; tells the socket, which hands it on to {@link Liveness.visit}. */
  readonly visit: Deadline;
  /** Kept by {@link Liveness} alone: when the next ping is sent. */
  pingAt: number;
  /** When the peer was last heard: a frame, a ping, a pong. Set by the socket. */
  heardAt: number;
  /** When its last message came. Set by the socket. */
  messageAt: number;
  /** Not read at the moment, so that its pongs can't be seen: it is not judged. */
  readonly exempt: boolean;
  /** It waits for something of ours, so that its silence is no idleness. */
  readonly busy: boolean;
  ping(): void;
  /** The peer is gone. */
  expire(): void;
  /** It sends nothing. */
  idle(): void;
}

export interface LivenessOptions {
  /** Between two pings of one socket, ms. */
  readonly pingIntervalMs: number;
  /** A socket without a message for so long is told that it is idle, ms; 0: never. */
  readonly idleCloseMs: number;
}

/** Multiples of it, modulo 1, lie evenly in 0..1 however many there are: each new one falls into the widest gap. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;
const SILENT_INTERVALS = 2;

/**
 * Pings every socket once an interval, and ends those that were not heard for two (found within a tick of the wheel) or
 * sent no message for too long. Each socket has its place in the interval, chosen so that the pings of any number of
 * sockets are a trickle, even when all of them connected in one second.
 */
export class Liveness<T extends Watched> {
  private adding = 0;

  constructor(
    private readonly wheel: TimerWheel,
    private readonly options: LivenessOptions,
  ) {}

  add(socket: T): void {
    const { now } = this.wheel;
    const { pingIntervalMs } = this.options;
    const place = Math.floor(((this.adding++ * GOLDEN_RATIO) % 1) * pingIntervalMs);
    socket.heardAt = socket.messageAt = now;
    socket.pingAt = now - (now % pingIntervalMs) + place;
    if (socket.pingAt <= now) socket.pingAt += pingIntervalMs;
    this.plan(socket, now);
  }

  remove(socket: T): void {
    this.wheel.cancel(socket.visit);
  }

  /** To be called when the socket's `visit` is due. */
  visit(socket: T): void {
    const { now } = this.wheel;
    const { pingIntervalMs, idleCloseMs } = this.options;
    if (socket.exempt) socket.heardAt = socket.messageAt = now;
    else if (now - socket.heardAt >= SILENT_INTERVALS * pingIntervalMs) {
      socket.expire();
      return;
    }
    if (socket.busy) socket.messageAt = now;
    else if (idleCloseMs > 0 && now - socket.messageAt >= idleCloseMs) {
      socket.idle();
      return;
    }
    if (now >= socket.pingAt) {
      if (!socket.exempt) socket.ping();
      // From its place and not from now: a late tick must not gather the pings for ever.
      socket.pingAt += pingIntervalMs * Math.ceil((now - socket.pingAt + 1) / pingIntervalMs);
    }
    this.plan(socket, now);
  }

  private plan(socket: T, now: number): void {
    const { pingIntervalMs, idleCloseMs } = this.options;
    let at = Math.min(socket.pingAt, socket.heardAt + SILENT_INTERVALS * pingIntervalMs);
    if (idleCloseMs > 0) at = Math.min(at, socket.messageAt + idleCloseMs);
    this.wheel.arm(socket.visit, at - now);
  }
}
