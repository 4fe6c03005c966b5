import { Counter, Gauge, type Registry } from 'prom-client';
import type { Logger } from 'pino';
import { readAccountFigures } from '../../store/accounting/account-figures.js';
import { keepBooks } from '../../store/accounting/books.js';
import { missingOf, unbookedOf, type DayCheck } from '../../store/accounting/check-day.js';
import { dayOf, isoDate } from '../../store/partitions.js';
import type { Pool } from '../../store/pool.js';
import { repeat } from '../lifecycle/repeat.js';
import type { Part } from '../lifecycle/run-stack.js';
import type { RoleContext } from './role-context.js';

const HOUR_MS = 3_600_000;
/** Charge points that a line of the log names. */
const NAMED = 5;

/**
 * The accounting monitor: adds up what flushes stored by charge point and day, and says where the tables hold less. One process does it at
 * a time.
 */
export function accountingPart({ config, logger, registry }: RoleContext, pool: Pool): Part {
  const takenUp = createMetrics(registry, pool, {
    fullSeconds: (config.ACCOUNTING_FULL_HOURS * HOUR_MS) / 1_000,
    intervalSeconds: config.ACCOUNTING_INTERVAL_MS / 1_000,
  });
  const known = new Map<number, number>();
  const onChecked = (check: DayCheck): void => {
    takenUp.inc(unbookedOf(check));
    const missing = missingOf(check);
    if (missing !== (known.get(check.day) ?? 0)) tell(logger, check, missing);
    if (missing === 0) known.delete(check.day);
    else known.set(check.day, missing);
  };
  const onError = (error: unknown): void =>
    logger.warn({ err: error }, 'the readings could not be held against what was stored; trying again');
  return {
    name: 'accounting',
    run: (signal) =>
      repeat(
        async () => {
          const today = dayOf(Date.now());
          await keepBooks(pool, { today, fullMs: config.ACCOUNTING_FULL_HOURS * HOUR_MS, signal, onChecked });
        },
        { everyMs: config.ACCOUNTING_INTERVAL_MS, onError },
        signal,
      ),
  };
}

/** Once for each change of a day. */
function tell(logger: Logger, check: DayCheck, missing: number): void {
  const day = isoDate(check.day);
  if (missing === 0) {
    logger.info({ day }, 'all readings of a day that were stored are there again');
    return;
  }
  const lacking = check.differences.filter(({ stored, standing }) => stored > standing);
  logger.error(
    { day, missing, chargePoints: lacking.length, first: lacking.slice(0, NAMED) },
    'readings that were stored are missing from the tables: see the runbook of MeterpulseReadingsMissing',
  );
}

interface Bounds {
  readonly fullSeconds: number;
  readonly intervalSeconds: number;
}

/** Gives the counter of readings that were taken up. */
function createMetrics(registry: Registry, pool: Pool, { fullSeconds, intervalSeconds }: Bounds): Counter {
  const registers = [registry];
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name: `meterpulse_accounting_${name}`, help, registers });
  new Gauge({
    name: 'meterpulse_accounting_missing_readings',
    help: 'Readings that were stored and are not in the tables, as the last look at each day found. Anything but 0 is a loss. The same in every worker.',
    registers,
    async collect() {
      const figures = await readAccountFigures(pool).catch(() => null);
      if (figures === null) return;
      this.set(figures.missing);
      oldest.set(figures.oldestCheckSeconds);
      newest.set(figures.newestCheckSeconds);
      entries.set(figures.entries);
    },
  });
  const oldest = gauge(
    'oldest_check_seconds',
    'Since the readings of that day were held against what was stored whose turn was longest ago. The same in every worker.',
  );
  const newest = gauge(
    'newest_check_seconds',
    'Since the readings of any day were held against what was stored. The same in every worker.',
  );
  const entries = gauge('entries', 'Flushes that are not added up yet. The same in every worker.');
  gauge('full_seconds', 'ACCOUNTING_FULL_HOURS: every day is looked at again after that.').set(fullSeconds);
  gauge('interval_seconds', 'ACCOUNTING_INTERVAL_MS: time between two looks at today and yesterday.').set(
    intervalSeconds,
  );
  return new Counter({
    name: 'meterpulse_accounting_taken_up_readings_total',
    help: 'Readings that stood in the tables without having been counted, and were taken into the books by this process: from before the books were kept, of an older version, or brought back by a replay.',
    registers,
  });
}
