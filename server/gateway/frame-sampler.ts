import type { Logger } from 'pino';

const EXCERPT_CHARACTERS = 200;
const INTERVAL_MS = 1_000;

export interface FrameFacts {
  /** null on `/ingest`. */
  readonly chargePointId: string | null;
  readonly peer: string | undefined;
  readonly reason: string | null;
}

/**
 * Logs frames that are no message and so reach no log record: at most one a second, cut short, with the number left out since the
 * last one. They are nowhere else, and a flood of them must not become a flood of log lines.
 */
export class FrameSampler {
  private quietUntil = 0;
  private leftOut = 0;

  constructor(
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {}

  sample(text: string, facts: FrameFacts): void {
    const now = this.now();
    if (now < this.quietUntil) {
      this.leftOut++;
      return;
    }
    this.logger.warn(
      { ...facts, frame: text.slice(0, EXCERPT_CHARACTERS), leftOut: this.leftOut },
      'an invalid frame',
    );
    this.quietUntil = now + INTERVAL_MS;
    this.leftOut = 0;
  }
}
