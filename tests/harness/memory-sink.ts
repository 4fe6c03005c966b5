import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { OwnershipLostError } from '../../store/ownership-lost-error.js';
import type { Claim, ReadingSink, SinkBatch, StoredCounts } from '../../store/reading-sink.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

export const unavailable = () => new MeterpulseError('DATABASE_UNAVAILABLE', 'the database is away');

export type Fault = 'none' | 'unavailable' | 'commit unknown' | 'taken over';

/** A sink in memory with the real one's rules: epochs, compare-and-set, all or nothing. */
export class MemorySink implements ReadingSink {
  readonly stored = new Map<number, number[]>();
  readonly batches: SinkBatch[] = [];
  readonly positions = new Map<number, { epoch: number; nextOffset: number | null }>();
  fault: () => Fault | Error = () => 'none';
  claimFault: () => Error | undefined = () => undefined;
  gate: Promise<void> = Promise.resolve();
  bound: string | undefined;
  underWay = 0;
  /** Calls of store that began before one before, of one of its partitions, had ended. */
  overlaps = 0;
  private readonly storing = new Set<number>();

  async claim(partition: number): Promise<Claim> {
    await turn();
    const fault = this.claimFault();
    if (fault !== undefined) throw fault;
    const position = this.position(partition);
    position.epoch++;
    return { partition, epoch: position.epoch, nextOffset: position.nextOffset };
  }

  async store(batch: SinkBatch): Promise<StoredCounts> {
    this.underWay++;
    const partitions = batch.positions.map(({ partition }) => partition);
    if (partitions.some((partition) => this.storing.has(partition))) this.overlaps++;
    for (const partition of partitions) this.storing.add(partition);
    try {
      await this.gate;
      await turn();
      const fault = this.fault();
      if (fault instanceof Error) throw fault;
      if (fault === 'unavailable') throw unavailable();
      if (fault === 'taken over') {
        for (const { partition } of batch.positions.slice(0, 1)) this.position(partition).epoch++;
      }
      const lost = batch.positions.filter(({ partition, epoch, expectedOffset }) => {
        const position = this.position(partition);
        return position.epoch !== epoch || (position.nextOffset ?? expectedOffset) !== expectedOffset;
      });
      if (lost.length > 0) throw new OwnershipLostError(lost.map(({ partition }) => partition));
      this.commit(batch);
      if (fault === 'commit unknown') throw unavailable();
      return COUNTS;
    } finally {
      this.underWay--;
      for (const partition of partitions) this.storing.delete(partition);
    }
  }

  async currentEpochs(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    await turn();
    return new Map(partitions.map((partition) => [partition, this.position(partition).epoch]));
  }

  private commit(batch: SinkBatch): void {
    this.batches.push(batch);
    for (const { partition, offset } of batch.messages) {
      this.stored.set(partition, [...(this.stored.get(partition) ?? []), offset]);
    }
    for (const { partition, nextOffset } of batch.positions) this.position(partition).nextOffset = nextOffset;
  }

  private position(partition: number) {
    const position = this.positions.get(partition) ?? { epoch: 0, nextOffset: null };
    this.positions.set(partition, position);
    return position;
  }

  get total(): number {
    return [...this.stored.values()].reduce((sum, offsets) => sum + offsets.length, 0);
  }

  bindLog(identity: string): Promise<void> {
    this.bound = identity;
    return Promise.resolve();
  }
  ping = () => Promise.resolve();
}

const COUNTS: StoredCounts = {
  messages: { received: 1, stored: 1, duplicate: 0, rejected: 0 },
  readings: { stored: 1, duplicate: 0, conflicting: 0, rejected: 0 },
};
