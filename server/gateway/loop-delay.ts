/** How much the newest reading counts: one long turn alone is no overload. */
const NEWEST_SHARE = 0.5;

/**
 * How late the event loop turns, as of late. Fed by a timer that exists anyway; `monitorEventLoopDelay` forgets a turn that
 * is under way when it is reset, which is the one that matters.
 *
 * A reading is the mean over time, and not over turns: of a second with one turn of 900 ms and five short ones, most
 * messages wait in the long one.
 */
export class LoopDelay {
  private squares = 0;
  private time = 0;
  private smoothed = 0;

  /** @param everyMs the timer is to come. */
  constructor(private readonly everyMs: number) {}

  /** The timer came `gapMs` after its last time. */
  ticked(gapMs: number): void {
    this.squares += gapMs * gapMs;
    this.time += gapMs;
  }

  /** ms; to be read at regular times. */
  read(): number {
    const lateMs = this.time === 0 ? 0 : Math.max(0, this.squares / this.time - this.everyMs);
    this.squares = this.time = 0;
    this.smoothed += NEWEST_SHARE * (lateMs - this.smoothed);
    return this.smoothed;
  }
}
