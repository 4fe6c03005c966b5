/** Where the primary's write-ahead log was at some time. */
export interface WalSample {
  /** Of a clock that only goes forward, ms; read before PostgreSQL was asked, so that a lag is never understated. */
  readonly atMs: number;
  /** Bytes since the log's beginning. */
  readonly lsn: bigint;
}

/**
 * Places of the primary's log over time, by which a replica's lag is told in time without anything being written: what a
 * replica has replayed up to a sample is at least as new as that sample.
 */
export class WalHistory {
  /** Rising in both; one a place of the log: while the primary is idle the newest sample takes the place of the last. */
  private samples: WalSample[] = [];

  /** Samples older than `keepMs` before the newest are forgotten: a replica that far behind is told apart no more. */
  constructor(private readonly keepMs: number) {}

  /** ms; undefined before the first sample. */
  get oldestAtMs(): number | undefined {
    return this.samples[0]?.atMs;
  }

  get newestAtMs(): number | undefined {
    return this.samples.at(-1)?.atMs;
  }

  add(sample: WalSample): void {
    const last = this.samples.at(-1);
    // A log that goes backwards is another primary's: what was seen of the old one says nothing about the new.
    if (last !== undefined && sample.lsn < last.lsn) this.samples = [];
    if (last?.lsn === sample.lsn) this.samples.pop();
    this.samples.push(sample);
    const fresh = this.samples.findIndex(({ atMs }) => atMs >= sample.atMs - this.keepMs);
    this.samples.splice(0, fresh);
  }

  /**
   * By how much, in ms, what has been replayed up to `replayed` is older than `nowMs`, at most. Infinity when it reaches
   * none of the samples.
   */
  lagMs(replayed: bigint, nowMs: number): number {
    const newest = this.samples.findLast(({ lsn }) => lsn <= replayed);
    return newest === undefined ? Infinity : Math.max(0, nowMs - newest.atMs);
  }
}
