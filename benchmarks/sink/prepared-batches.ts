import { judgeRecord } from '../../server/worker/judge-record.js';
import type { SinkBatch, SinkMessage } from '../../store/reading-sink.js';
import { LIMITS, toRecord, type BenchMessage } from '../workload.js';

/** Messages as the worker hands them to the sink, in batches: decoded, flattened, on partitions and in lanes of their own. */
export class PreparedBatches {
  readonly #offsets: number[];
  readonly #partitionOf = new Map<string, number>();

  /** @param epochs of each partition's claim. */
  constructor(private readonly epochs: readonly number[]) {
    this.#offsets = epochs.map(() => 0);
  }

  /** @returns of each lane its batches, in order; no partition is in two lanes. */
  prepare(messages: readonly BenchMessage[], rows: number, lanes: number): SinkBatch[][] {
    const open = Array.from({ length: lanes }, () => ({ messages: [] as SinkMessage[], rows: 0 }));
    const batches = open.map((): SinkBatch[] => []);
    messages.forEach((each, index) => {
      const message = this.#judged(each, index);
      const lane = message.partition % lanes;
      const batch = open[lane];
      if (batch === undefined) return;
      batch.messages.push(message);
      batch.rows += message.readings.length;
      if (batch.rows < rows) return;
      batches[lane]?.push(this.#close(batch.messages));
      open[lane] = { messages: [], rows: 0 };
    });
    open.forEach((batch, lane) => {
      if (batch.messages.length > 0) batches[lane]?.push(this.#close(batch.messages));
    });
    return batches;
  }

  #judged(message: BenchMessage, index: number): SinkMessage {
    const { key, value } = toRecord(message, `m${index}`);
    let partition = this.#partitionOf.get(key);
    if (partition === undefined) {
      partition = this.#partitionOf.size % this.epochs.length;
      this.#partitionOf.set(key, partition);
    }
    const offset = this.#offsets[partition] ?? 0;
    this.#offsets[partition] = offset + 1;
    return judgeRecord(partition, { offset, key, value: Buffer.from(value) }, LIMITS);
  }

  /** A partition's batch begins where the one before ended: its offsets have no gaps, and it stays in one lane. */
  #close(messages: readonly SinkMessage[]): SinkBatch {
    const first = new Map(messages.toReversed().map(({ partition, offset }) => [partition, offset]));
    const next = new Map(messages.map(({ partition, offset }) => [partition, offset + 1]));
    const positions = [...next].map(([partition, nextOffset]) => ({
      partition,
      epoch: this.epochs[partition] ?? 0,
      expectedOffset: first.get(partition) ?? 0,
      nextOffset,
    }));
    return { messages, positions };
  }
}
