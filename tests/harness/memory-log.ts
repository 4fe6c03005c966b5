import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { encodeEnvelope } from '../../protocol/envelope.js';
import type {
  Consumption,
  LogRecord,
  MessageLog,
  StartPosition,
  StoredPosition,
} from '../../server/broker/message-log.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A log in memory: batches of a few records, each partition read from where it was assigned. */
export class MemoryLog implements MessageLog {
  readonly partitions: LogRecord[][];
  readonly reported: StoredPosition[] = [];
  rejoins = 0;
  batchSize = 3;
  private consumption: Consumption | undefined;
  private generation = 0;
  private readonly readers = new Set<Promise<void>>();
  private fatal: ((error: unknown) => void) | undefined;

  constructor(counts: readonly number[]) {
    this.partitions = counts.map((count, partition) =>
      Array.from({ length: count }, (_none, offset) => record(partition, offset)),
    );
  }

  async consume(consumption: Consumption): Promise<void> {
    this.consumption = consumption;
    const failed = new Promise<never>((_resolve, reject) => {
      this.fatal = reject;
    });
    this.assignAll();
    await Promise.race([
      failed,
      new Promise<void>((resolve) => consumption.signal.addEventListener('abort', () => resolve())),
    ]);
    this.generation++;
    await Promise.all(this.readers);
  }

  /** What a rebalance does: every partition is assigned anew while batches of before are still under way. */
  assignAll(): void {
    const generation = ++this.generation;
    for (let partition = 0; partition < this.partitions.length; partition++) {
      const reader = this.read(partition, generation);
      this.readers.add(reader);
      void reader.finally(() => this.readers.delete(reader));
    }
  }

  fail(error: unknown): void {
    this.fatal?.(error);
  }

  private async read(partition: number, generation: number): Promise<void> {
    const { consumption } = this;
    if (consumption === undefined) return;
    try {
      const start = await this.claim(partition, generation, consumption);
      if (start === undefined) return;
      let offset = start.nextOffset ?? 0;
      while (generation === this.generation && !consumption.signal.aborted) {
        const records = (this.partitions[partition] ?? [])
          .filter((each) => each.offset >= offset)
          .slice(0, this.batchSize);
        const last = records.at(-1);
        if (last === undefined) {
          await turn();
          continue;
        }
        const firstOffset = records[0]?.offset ?? 0;
        await consumption.onBatch({
          partition,
          records,
          firstOffset,
          lastOffset: last.offset,
          highWatermark: 1e6,
        });
        offset = last.offset + 1;
      }
    } catch {
      // The worker gave up; it says so itself.
    }
  }

  /** Asks again during an outage, for as long as the assignment lasts. */
  private async claim(
    partition: number,
    generation: number,
    consumption: Consumption,
  ): Promise<StartPosition | undefined> {
    while (generation === this.generation && !consumption.signal.aborted) {
      try {
        return await consumption.onAssigned(partition, new Map());
      } catch (error) {
        if (!(error instanceof MeterpulseError && error.canRetry)) throw error;
        await turn();
      }
    }
    return undefined;
  }

  rejoin(): void {
    this.rejoins++;
    this.assignAll();
  }
  reportStored(positions: readonly StoredPosition[]): Promise<void> {
    this.reported.push(...positions);
    return Promise.resolve();
  }
  identity = () => Promise.resolve('log-1');
  incarnation = () => Promise.resolve(null);
  publish = () => Promise.resolve();
  ping = () => Promise.resolve();
  partitionCount = () => Promise.resolve(this.partitions.length);
  close = () => Promise.resolve();
}

/** A message of one reading; the charge point is named after the partition. */
export function record(partition: number, offset: number): LogRecord {
  const payload = {
    connectorId: 1,
    meterValue: [{ timestamp: new Date(AT - offset * 1_000).toISOString(), sampledValue: [{ value: '1' }] }],
  };
  const chargePointId = `CP-${partition}`;
  const head = { v: 1, chargePointId, protocol: 'json', messageId: null, receivedAt: AT } as const;
  const value = Buffer.from(encodeEnvelope({ ...head, kind: 'meterValues', payload }));
  return { offset, key: chargePointId, value };
}
