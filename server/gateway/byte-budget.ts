export interface ByteBudgetOptions {
  /** Above this many bytes sockets that send are no longer read. */
  readonly pauseBytes: number;
  /** Above this many bytes new connections and new messages are refused. At least `pauseBytes`. */
  readonly refuseBytes: number;
}

/** Reading goes on below this share of the pause mark: a gap, so that sockets aren't paused and resumed at each frame. */
const RESUME_SHARE = 0.75;

/**
 * Counts the bytes a process holds for frames that are not answered yet, and says when to shed load. The count may pass
 * a mark by what was read before its sockets were paused; the marks are where shedding begins, not a hard limit.
 */
export class ByteBudget {
  private ofFrames = 0;
  private held = 0;
  private over = false;

  /** @param onRelieved called each time the count falls below the resume mark after it was above the pause mark. */
  constructor(
    private readonly options: ByteBudgetOptions,
    private readonly onRelieved: () => void,
  ) {}

  get used(): number {
    return this.ofFrames + this.held;
  }

  /** Of frames that wait for the log: the part of {@link used} that is always up to date. */
  get inFlight(): number {
    return this.ofFrames;
  }

  /** True from the pause mark on, until the count has fallen below the lower resume mark. */
  get pausing(): boolean {
    return this.over;
  }

  get refusing(): boolean {
    return this.used > this.options.refuseBytes;
  }

  add(bytes: number): void {
    this.ofFrames += bytes;
    this.judge();
  }

  /** Each byte that was added must be released once. */
  release(bytes: number): void {
    this.ofFrames -= bytes;
    this.judge();
  }

  /** Bytes of frames that have begun and not ended and of answers that are not read yet, as last measured over all sockets. */
  setHeld(bytes: number): void {
    this.held = bytes;
    this.judge();
  }

  private judge(): void {
    const { used } = this;
    if (used > this.options.pauseBytes) this.over = true;
    else if (this.over && used <= this.options.pauseBytes * RESUME_SHARE) {
      this.over = false;
      this.onRelieved();
    }
  }
}
