import type { Claim } from '../../store/reading-sink.js';

/** One claim of one partition, from its assignment until it is assigned anew or found lost. */
export interface Ownership {
  readonly partition: number;
  readonly epoch: number;
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
  private claims = 0;
  private readonly latestClaim = new Map<number, number>();

  /** To be called before the claim: nothing read earlier is current any more. The ticket belongs to {@link claimed}. */
  begin(partition: number): number {
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
    this.current.set(partition, { partition, epoch, writtenOffset, takenOffset: writtenOffset });
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
    return this.isCurrent(ownership) && this.current.delete(ownership.partition);
  }

  get count(): number {
    return this.current.size;
  }
}
