import { TIMED_OUT, within } from '../../deadline.js';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** Of each partition of a topic, the broker that takes its records; null: none does at the moment. Never empty when known. */
export type Leaders = readonly (BrokerAddress | null)[];

/** They are asked for anew so often, ms: the topic may have got more partitions. */
const MAX_AGE_MS = 5 * 60_000;
/** A write that met a fault waits so long for newer ones, ms. */
const PATIENCE_MS = 1_000;

/** Who leads the partitions of a topic, as far as is known. */
export class Leadership {
  private known: Leaders | undefined;
  private asking: Promise<Leaders> | undefined;
  private askedAt = -Infinity;
  private doubted = false;

  constructor(
    private readonly ask: () => Promise<Leaders>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** What was known before when nothing newer can be had: other partitions may be as they were. Rejects when nothing is. */
  async current(): Promise<Leaders> {
    const { known } = this;
    if (known === undefined) return this.renew();
    if (this.doubted) {
      const renewed = await within(
        PATIENCE_MS,
        this.renew().catch(() => known),
      );
      return renewed === TIMED_OUT ? known : renewed;
    }
    if (this.now() - this.askedAt > MAX_AGE_MS) void this.renew().catch(() => undefined);
    return known;
  }

  /** A write failed: they may have changed. */
  doubt(): void {
    this.doubted = true;
  }

  private renew(): Promise<Leaders> {
    this.asking ??= this.askNow().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async askNow(): Promise<Leaders> {
    this.askedAt = this.now();
    const leaders = await this.ask();
    if (leaders.length === 0) throw new Error('the topic has no partitions');
    this.known = leaders;
    this.doubted = false;
    return leaders;
  }
}
