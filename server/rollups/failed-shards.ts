const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** How long to leave alone what failed so many times in a row: twice as long each time. */
export function waitMs(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 10));
}

/** Which shards failed, and when they may be tried again. */
export class FailedShards {
  private readonly failures = new Map<number, { count: number; notBefore: number }>();

  /** @param now ms of any clock that only goes forward. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  mayTry(shard: number): boolean {
    return this.now() >= (this.failures.get(shard)?.notBefore ?? -Infinity);
  }

  succeeded(shard: number): void {
    this.failures.delete(shard);
  }

  /** Answers after how many ms it may be tried again. */
  failed(shard: number): number {
    const count = (this.failures.get(shard)?.count ?? 0) + 1;
    const wait = waitMs(count);
    this.failures.set(shard, { count, notBefore: this.now() + wait });
    return wait;
  }
}
