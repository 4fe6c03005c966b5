import type { Handled, Outcome } from '../../protocol/charger-protocol.js';
import type { FrameSource } from './frame-source.js';
import type { OutcomeListener } from './micro-batcher.js';

export interface FrameOwner {
  /** Every envelope of the frame has its outcome. */
  complete(frame: PendingFrame): void;
}

/** A frame whose envelopes are on their way to the log. */
export class PendingFrame implements OutcomeListener {
  readonly outcomes: Outcome[];
  private remaining: number;

  constructor(
    private readonly owner: FrameOwner,
    readonly source: FrameSource,
    readonly handled: Handled,
    /** What the frame counts in the byte budget. */
    readonly bytes: number,
    /** `performance.now()` when the frame was complete. */
    readonly startedAt: number,
  ) {
    this.remaining = handled.envelopes.length;
    this.outcomes = new Array<Outcome>(this.remaining);
  }

  settle(index: number, outcome: Outcome): void {
    this.outcomes[index] = outcome;
    if (--this.remaining === 0) this.owner.complete(this);
  }
}
