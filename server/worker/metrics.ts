import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { StoredCounts } from '../../store/reading-sink.js';
import type { FlushReason } from './batch-buffer.js';

export interface WorkerMetrics {
  flushed(flush: FinishedFlush): void;
  flushFailed(code: string): void;
  ownershipLost(partitions: number): void;
}

export interface FinishedFlush {
  readonly reason: FlushReason;
  readonly rows: number;
  readonly seconds: number;
  /** From the arrival of its oldest message at the gateway to the commit; null when no message told. */
  readonly ageSeconds: number | null;
  readonly counts: StoredCounts;
}

/** Values that are read when they are asked for. */
export interface WorkerGauges {
  bufferRows(): number;
  partitions(): number;
  /** Age of the oldest message held; 0: none. */
  oldestSeconds(): number;
}

export function createWorkerMetrics(registry: Registry, gauges: WorkerGauges): WorkerMetrics {
  const registers = [registry];
  const flushSeconds = new Histogram({
    name: 'meterpulse_worker_flush_seconds',
    help: 'Time from handing a batch to the sink to its commit, retries included.',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const flushRows = new Histogram({
    name: 'meterpulse_worker_flush_rows',
    help: 'Readings and rejects in a flush.',
    buckets: [1, 10, 50, 100, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000],
    registers,
  });
  const storedAge = new Histogram({
    name: 'meterpulse_worker_stored_age_seconds',
    help: 'Time from the arrival of the oldest message of a flush at the gateway to its commit.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600],
    registers,
  });
  const flushReason = new Counter({
    name: 'meterpulse_worker_flush_reason_total',
    help: 'Flushes by what caused them: idle (the sink was), size, interval (the oldest had waited that long), stop.',
    labelNames: ['reason'],
    registers,
  });
  const messages = new Counter({
    name: 'meterpulse_worker_messages_total',
    help: 'Records taken from the log by what became of them: stored, duplicate or rejected.',
    labelNames: ['outcome'],
    registers,
  });
  const readings = new Counter({
    name: 'meterpulse_worker_readings_total',
    help: 'Readings by what became of them: stored, duplicate, conflicting or rejected.',
    labelNames: ['outcome'],
    registers,
  });
  const failures = new Counter({
    name: 'meterpulse_worker_flush_failures_total',
    help: 'Flushes that the database refused and that are tried again, by error code.',
    labelNames: ['code'],
    registers,
  });
  const lost = new Counter({
    name: 'meterpulse_worker_ownership_lost_total',
    help: 'Partitions found to be owned by another worker at a flush.',
    registers,
  });
  gauge(registry, 'buffer_rows', 'Readings and rejects held, waiting or in flight.', () =>
    gauges.bufferRows(),
  );
  gauge(
    registry,
    'oldest_seconds',
    'Age of the oldest message that is taken from the log and not stored yet, since its arrival at the gateway; 0: none.',
    () => gauges.oldestSeconds(),
  );
  gauge(registry, 'partitions', 'Partitions that this worker owns.', () => gauges.partitions());
  for (const reason of ['idle', 'size', 'interval', 'stop']) flushReason.inc({ reason }, 0);

  return {
    flushed({ reason, rows, seconds, ageSeconds, counts }) {
      flushSeconds.observe(seconds);
      flushRows.observe(rows);
      if (ageSeconds !== null) storedAge.observe(Math.max(0, ageSeconds));
      flushReason.inc({ reason });
      for (const outcome of ['stored', 'duplicate', 'rejected'] as const) {
        messages.inc({ outcome }, counts.messages[outcome]);
      }
      for (const outcome of ['stored', 'duplicate', 'conflicting', 'rejected'] as const) {
        readings.inc({ outcome }, counts.readings[outcome]);
      }
    },
    flushFailed: (code) => failures.inc({ code }),
    ownershipLost: (partitions) => lost.inc(partitions),
  };
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name: `meterpulse_worker_${name}`,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
