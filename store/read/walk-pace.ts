/** How much of a walk over charge points and time is taken in one step. */
export interface Step {
  readonly chargePoints: number;
  /** Length of time. Less than all of it only when it is one charge point. */
  readonly ms: number;
}

const MOST_CHARGE_POINTS = 1_000;
const FIRST_MS = 86_400_000;
const GROWTH = 4;
const SHRINKAGE = 16;

/**
 * Finds the size of steps by trying, since nothing tells beforehand how many readings an area has: from one day of one
 * charge point up to all the time of a thousand, and down to a millisecond.
 */
export class WalkPace {
  private chargePoints = 1;
  private ms: number;

  /** `windowMs`: all the time that is walked. */
  constructor(private readonly windowMs: number) {
    this.ms = Math.min(FIRST_MS, windowMs);
  }

  step(): Step {
    return { chargePoints: this.chargePoints, ms: this.ms };
  }

  /** The last step was small. */
  faster(): void {
    if (this.ms < this.windowMs) this.ms = Math.min(this.ms * GROWTH, this.windowMs);
    else this.chargePoints = Math.min(this.chargePoints * GROWTH, MOST_CHARGE_POINTS);
  }

  /** The last step, over `tried`, was too large. */
  slower(tried: Step): void {
    if (tried.chargePoints > 1) {
      this.chargePoints = Math.max(Math.floor(tried.chargePoints / SHRINKAGE), 1);
    } else {
      this.chargePoints = 1;
      this.ms = Math.max(Math.floor(tried.ms / SHRINKAGE), 1);
    }
  }
}
