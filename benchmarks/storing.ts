import { setTimeout as delay } from 'node:timers/promises';
import type { ReadingLimits } from '../protocol/usable-time.js';
import { judgeRecord } from '../server/worker/judge-record.js';
import type { ReadingSink, SinkMessage } from '../store/reading-sink.js';
import type { PackedRecords } from './packed-records.js';
import { PARTITIONS } from './topics.js';

/** Records on their way into the sink, one flush at a time, as a worker that owns all partitions makes them. */
export class Storing {
  /** Since the beginning. CPU seconds of this process that went into judging records, which is not storing. */
  readonly counts = { readings: 0, flushes: 0, judgingSeconds: 0 };
  private next = 0;

  private constructor(
    private readonly sink: ReadingSink,
    private readonly records: PackedRecords,
    private readonly options: { readonly maxRows: number; readonly limits: ReadingLimits },
    private readonly owned: { readonly epoch: number; written: number }[],
  ) {}

  static async start(
    sink: ReadingSink,
    records: PackedRecords,
    options: { readonly maxRows: number; readonly limits: ReadingLimits },
  ): Promise<Storing> {
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    const claims = await Promise.all(partitions.map((partition) => sink.claim(partition)));
    const owned = claims.map(({ epoch, nextOffset }) => ({ epoch, written: nextOffset ?? 0 }));
    return new Storing(sink, records, options, owned);
  }

  /** @param perSecond null: full batches one after the other; else what is due, as soon as it is. */
  async store(count: number, perSecond: number | null): Promise<void> {
    const first = this.next;
    const startedAt = performance.now();
    while (this.next < first + count) {
      const passedMs = performance.now() - startedAt;
      const due = perSecond === null ? count : Math.min(count, Math.floor((passedMs / 1_000) * perSecond));
      const batch = this.take(first + due);
      if (batch.length > 0) await this.flush(batch);
      else await delay(1);
    }
  }

  /** Without a turn of the event loop, so that nothing else gets into the CPU time. */
  private take(end: number): SinkMessage[] {
    const before = process.cpuUsage();
    const messages: SinkMessage[] = [];
    for (let rows = 0; this.next < end && rows < this.options.maxRows; this.next++) {
      const { partition, record } = this.records.at(this.next);
      const message = judgeRecord(partition, record, this.options.limits);
      messages.push(message);
      rows += message.readings.length;
    }
    const { user, system } = process.cpuUsage(before);
    this.counts.judgingSeconds += (user + system) / 1e6;
    return messages;
  }

  private async flush(messages: readonly SinkMessage[]): Promise<void> {
    const next = new Map(messages.map(({ partition, offset }) => [partition, offset + 1]));
    const positions = [...next].map(([partition, nextOffset]) => ({
      partition,
      epoch: this.owned[partition]?.epoch ?? 0,
      expectedOffset: this.owned[partition]?.written ?? 0,
      nextOffset,
    }));
    const { readings } = await this.sink.store({ messages, positions });
    for (const { partition, nextOffset } of positions) {
      const owned = this.owned[partition];
      if (owned !== undefined) owned.written = nextOffset;
    }
    this.counts.readings += readings.stored;
    this.counts.flushes += 1;
  }
}
