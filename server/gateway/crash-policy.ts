export interface CrashPolicyOptions {
  /** Crashes in a row that are a loop. Default 5. */
  readonly limit?: number;
  /** A process that ends sooner after its start than this, or before it was ready, counts. Default 10,000 ms. */
  readonly withinMs?: number;
  /** Doubled with each crash in a row. Default 100 ms. */
  readonly firstBackoffMs?: number;
  /** Default 10,000 ms. */
  readonly maxBackoffMs?: number;
}

export type AfterCrash =
  | { readonly kind: 'restart'; readonly inMs: number }
  | { readonly kind: 'give up'; readonly crashes: number };

/** When a process that ended is to be started again, and when that is pointless. One for each place in the cluster. */
export class CrashPolicy {
  private inARow = 0;

  constructor(
    private readonly options: CrashPolicyOptions = {},
    private readonly random: () => number = Math.random,
  ) {}

  ended(process: { readonly livedMs: number; readonly wasReady: boolean }): AfterCrash {
    const { limit = 5, withinMs = 10_000, firstBackoffMs = 100, maxBackoffMs = 10_000 } = this.options;
    this.inARow = process.wasReady && process.livedMs >= withinMs ? 0 : this.inARow + 1;
    if (this.inARow >= limit) return { kind: 'give up', crashes: this.inARow };
    const backoff = Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.max(0, this.inARow - 1));
    // Between half and all of it: processes that crashed together don't come back together.
    return { kind: 'restart', inMs: backoff * (0.5 + this.random() / 2) };
  }
}
