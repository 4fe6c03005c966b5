/** `failed`: the new process did not come up, the old one goes on. */
export type Renewed = 'renewed' | 'failed';

export interface RenewalParts {
  /** A place whose process got it before that (`performance.now()`), or null when there is none left. */
  nextPlacedBefore(moment: number): number | null;
  /** Replaces the process of a place. Never rejects. */
  renew(place: number): Promise<Renewed>;
  readonly now: () => number;
}

/**
 * Replaces processes one at a time, until each got its place after the last request. A request that comes meanwhile is
 * satisfied by the same round, for which only those that had been replaced by then are replaced again.
 */
export class Renewal {
  private requestedAt = -Infinity;
  private running: Promise<Renewed> | undefined;

  constructor(private readonly parts: RenewalParts) {}

  /** Resolves when no process is older than this request, or one could not be replaced: then the round ends with it. */
  request(): Promise<Renewed> {
    this.requestedAt = this.parts.now();
    this.running ??= this.round().finally(() => (this.running = undefined));
    return this.running;
  }

  private async round(): Promise<Renewed> {
    for (;;) {
      const place = this.parts.nextPlacedBefore(this.requestedAt);
      if (place === null) return 'renewed';
      if ((await this.parts.renew(place)) === 'failed') return 'failed';
    }
  }
}
