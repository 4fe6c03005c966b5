import { Gauge, type Registry } from 'prom-client';
import { compactedDays, readingsBytes } from '../../store/storage/readings-sizes.js';
import { daysAhead } from '../../store/partitions.js';
import type { Pool } from '../../store/pool.js';
import { unaccountedMessages } from '../../store/unaccounted-messages.js';

/** Gauges that ask the database when metrics are collected; a failure leaves them as they are. */
export function createStoreGauges(registry: Registry, pool: Pool): void {
  const gauge = (name: string, help: string, read: (pool: Pool) => Promise<number>): void => {
    new Gauge({
      name: `meterpulse_store_${name}`,
      help: `${help} The same in every worker.`,
      registers: [registry],
      async collect() {
        const value = await read(pool).catch(() => null);
        if (value !== null) this.set(value);
      },
    });
  };
  gauge(
    'partitions_ahead_days',
    'Days from tomorrow on whose partition of readings stands already, without a gap.',
    daysAhead,
  );
  gauge('compacted_days', 'Days of readings of which anything is in the columnar form.', compactedDays);
  gauge('row_bytes', 'Size on disk of the readings that are rows, with their indexes.', (from) =>
    readingsBytes(from, 'readings\\_%'),
  );
  gauge('compacted_bytes', 'Size on disk of the readings that are compacted, with their indexes.', (from) =>
    readingsBytes(from, 'compacted\\_readings'),
  );
  gauge(
    'unaccounted_messages',
    'Messages taken from the log whose counters do not add up: received, and neither stored nor duplicate nor rejected. Anything but 0 is a bug, or counters that somebody changed.',
    unaccountedMessages,
  );
}
