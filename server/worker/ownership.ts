import type { Claim } from '../../store/reading-sink.js';

/** One claim of one partition, from its assignment until it is assigned anew or found lost. */
export interface Ownership {
  readonly partition: number;
  readonly epoch: number;
  /** Where it began. */
  readonly claimedOffset: number;
  /** The position last written or claimed: what the next flush expects to find. */
  writtenOffset: number;
  /** What was taken into the buffer: a record below it is a repetition. */
  takenOffset: number;
}

/**
 * Which partitions this worker owns. Buffered records point to the ownership under which they were read; when that is no
 * longer current they must not be stored, since their partition is read again from the stored position.
 */
export class Ownerships {
  private readonly current = new Map<number, Ownership | 'claiming'>();
  /** Next offset of what was confirmed under ownerships that have ended. */
  private readonly written = new Map<number, number>();
  private claims = 0;
  private readonly latestClaim = new Map<number, number>();

  /** What this worker has had confirmed, or the log was told by whomever: the later one of each partition. */
  storedBefore(reported: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
    const stored = new Map(reported);
    for (const [partition, offset] of this.written) {
      stored.set(partition, Math.max(offset, stored.get(partition) ?? 0));
    }
    return stored;
  }

  /** To be called before the claim: nothing read earlier is current any more. The ticket belongs to {@link claimed}. */
  begin(partition: number): number {
    this.remember(this.of(partition));
    this.current.set(partition, 'claiming');
    this.latestClaim.set(partition, ++this.claims);
    return this.claims;
  }

  /** Whether the partition was not assigned once more since. */
  isLatest(ticket: number, partition: number): boolean {
    return this.latestClaim.get(partition) === ticket;
  }

  /** Ignored when the partition was assigned once more while the claim was under way. */
  claimed(ticket: number, { partition, epoch, nextOffset }: Claim): void {
    if (!this.isLatest(ticket, partition)) return;
    // A partition that was never written counts as written up to 0.
    const writtenOffset = nextOffset ?? 0;
    this.current.set(partition, {
      ...{ partition, epoch, claimedOffset: writtenOffset },
      ...{ writtenOffset, takenOffset: writtenOffset },
    });
  }

  /** undefined while it is claimed, and when it isn't ours. */
  of(partition: number): Ownership | undefined {
    const ownership = this.current.get(partition);
    return ownership === 'claiming' ? undefined : ownership;
  }

  /** What is owned now, without what is being claimed. */
  all(): Ownership[] {
    return [...this.current.values()].filter((ownership) => ownership !== 'claiming');
  }

  isCurrent(ownership: Ownership): boolean {
    return this.current.get(ownership.partition) === ownership;
  }

  /** Somebody else owns it. False when a newer claim of ours has replaced it already. */
  lose(ownership: Ownership): boolean {
    this.remember(ownership);
    return this.isCurrent(ownership) && this.current.delete(ownership.partition);
  }

  /** A claim alone proves nothing: what it was told may have been moved back to be read again. */
  private remember(ownership: Ownership | undefined): void {
    if (ownership === undefined || ownership.writtenOffset === ownership.claimedOffset) return;
    const { partition, writtenOffset } = ownership;
    this.written.set(partition, Math.max(writtenOffset, this.written.get(partition) ?? 0));
  }

  get count(): number {
    return this.current.size;
  }
}
