/** What liveness needs of a socket. */
export interface Watched {
  /** Set by the socket whenever the peer was heard (a frame, a ping, a pong); cleared here at each visit. */
  heard: boolean;
  /** Visits in a row at which nothing had been heard. */
  missed: number;
  /** Where {@link Liveness} keeps the socket. */
  slot: number;
  /** Not read at the moment, so that its pongs can't be seen: it is not judged. */
  readonly exempt: boolean;
  ping(): void;
  /** The peer is gone. */
  expire(): void;
}

const MAX_SLOTS = 64;
const MIN_TICK_MS = 20;
const SILENT_VISITS = 2;

/**
 * Pings every socket once an interval and ends those silent for two. Sockets are spread over slots that one timer visits
 * in turn, so that 50,000 pings are a trickle and not a burst, and no socket has a timer of its own.
 */
export class Liveness<T extends Watched> {
  private readonly slots: Set<T>[];
  private next = 0;
  private adding = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param intervalMs between two pings of one socket. */
  constructor(private readonly intervalMs: number) {
    const count = Math.max(1, Math.min(MAX_SLOTS, Math.floor(intervalMs / MIN_TICK_MS)));
    this.slots = Array.from({ length: count }, () => new Set<T>());
  }

  start(): void {
    this.timer ??= setInterval(() => this.tick(), Math.ceil(this.intervalMs / this.slots.length));
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  add(socket: T): void {
    socket.slot = this.adding++ % this.slots.length;
    this.slots[socket.slot]?.add(socket);
  }

  remove(socket: T): void {
    this.slots[socket.slot]?.delete(socket);
  }

  private tick(): void {
    const slot = this.slots[this.next++ % this.slots.length];
    if (slot === undefined) return;
    for (const socket of slot) this.visit(socket);
  }

  private visit(socket: T): void {
    if (socket.exempt) {
      socket.missed = 0;
      return;
    }
    if (socket.heard) {
      socket.heard = false;
      socket.missed = 0;
    } else if (++socket.missed >= SILENT_VISITS) {
      socket.expire();
      return;
    }
    socket.ping();
  }
}
