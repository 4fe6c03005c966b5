/** Told when its deadline has come; it may arm the deadline again from there. */
export interface DeadlineOwner {
  due(deadline: Deadline): void;
}

/** One moment a {@link TimerWheel} is asked to remember; at rest until it is armed, and again once it was due. */
export class Deadline {
  /** The turn of the wheel at which it is due. */
  turn = 0;
  /** Neighbours in the slot; null at rest. */
  next: Deadline | null = null;
  previous: Deadline | null = null;

  constructor(readonly owner: DeadlineOwner) {}

  get armed(): boolean {
    return this.next !== null;
  }
}

export interface TimerWheelOptions {
  /** Deadlines are kept to this, ms. Default 20. */
  readonly tickMs?: number;
  /** Default 512. More ticks ahead than this are kept in the same slots, and looked at once a revolution. */
  readonly slots?: number;
  /** Of a longer silence between two ticks no more than this counts, ms. Default 100; Infinity: all of it does. */
  readonly longestStepMs?: number;
  /** Monotonic, ms. */
  readonly now?: () => number;
  /** Told at each tick how long ago the one before was, ms. */
  readonly onTick?: (gapMs: number) => void;
}

const LONGEST_STEP_MS = 100;

const ignore = (): void => undefined;
const HEAD: DeadlineOwner = { due: ignore };

/**
 * Any number of deadlines behind one timer: arming and cancelling cost the same however many there are. A deadline is
 * never due early, and at most two ticks late while the process runs.
 *
 * Its time is that of a running process, unless `longestStepMs` says otherwise: when the process was held up (a suspended machine, a blocked event loop), what
 * its peers sent meanwhile waits in the kernel, and nobody may be judged late before it is read. So a gap counts as
 * 100 ms at most, and there is no burst of everything that would have been due in it.
 */
export class TimerWheel {
  private readonly tickMs: number;
  private readonly longestStepMs: number;
  private readonly clock: () => number;
  private readonly onTick: (gapMs: number) => void;
  private readonly slots: Deadline[];
  /** Taken out of their slot and not told yet. */
  private readonly ripe = head();
  private timer: NodeJS.Timeout | undefined;
  private readAt: number;
  private time = 0;
  private turned = 0;

  constructor({
    tickMs = 20,
    slots = 512,
    longestStepMs = LONGEST_STEP_MS,
    now = () => performance.now(),
    onTick = ignore,
  }: TimerWheelOptions = {}) {
    this.tickMs = tickMs;
    this.longestStepMs = longestStepMs;
    this.clock = now;
    this.onTick = onTick;
    this.readAt = now();
    this.slots = Array.from({ length: slots }, head);
  }

  /** Whole ms of running time as of the last tick: costs nothing to read. */
  get now(): number {
    return Math.floor(this.time);
  }

  start(): void {
    this.timer ??= setInterval(() => this.advance(), this.tickMs);
  }

  /** What is armed stays so, and waits for another {@link start}. */
  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Arms a deadline, or moves one that is armed. */
  arm(deadline: Deadline, inMs: number): void {
    unlink(deadline);
    const at = this.time + this.sinceRead() + Math.max(0, inMs);
    // A tick already told is over: the earliest is the next one, also for what is armed while one is being told.
    deadline.turn = Math.max(this.turned + 1, Math.ceil(at / this.tickMs));
    const slot = this.slots[deadline.turn % this.slots.length];
    if (slot !== undefined) link(slot, deadline);
  }

  cancel(deadline: Deadline): void {
    unlink(deadline);
  }

  /** Calls `run` once, unless what is returned is cancelled before. */
  after(inMs: number, run: () => void): Deadline {
    const deadline = new Deadline({ due: run });
    this.arm(deadline, inMs);
    return deadline;
  }

  /** One tick of the timer: tells all that is due by now. */
  advance(): void {
    const now = this.clock();
    const gap = Math.max(0, now - this.readAt);
    this.time += Math.min(this.longestStepMs, gap);
    this.readAt = now;
    this.onTick(gap);
    // Left over when somebody's `due` threw.
    this.tell();
    for (const until = Math.floor(this.time / this.tickMs); this.turned < until;) {
      this.turned++;
      this.ripen(this.slots[this.turned % this.slots.length]);
      this.tell();
    }
  }

  private sinceRead(): number {
    return Math.min(this.longestStepMs, Math.max(0, this.clock() - this.readAt));
  }

  private ripen(slot: Deadline | undefined): void {
    for (let each = slot?.next ?? null; each !== null && each !== slot;) {
      const following: Deadline | null = each.next;
      if (each.turn <= this.turned) {
        unlink(each);
        link(this.ripe, each);
      }
      each = following;
    }
  }

  private tell(): void {
    for (let each = this.ripe.next; each !== null && each !== this.ripe; each = this.ripe.next) {
      unlink(each);
      each.owner.due(each);
    }
  }
}

/** The end of a ring, in which an empty slot is its own neighbour. */
function head(): Deadline {
  const ring = new Deadline(HEAD);
  ring.next = ring.previous = ring;
  return ring;
}

function link(ring: Deadline, deadline: Deadline): void {
  const last = ring.previous ?? ring;
  deadline.previous = last;
  deadline.next = ring;
  last.next = ring.previous = deadline;
}

function unlink(deadline: Deadline): void {
  const { next, previous } = deadline;
  if (next === null || previous === null) return;
  previous.next = next;
  next.previous = previous;
  deadline.next = deadline.previous = null;
}
