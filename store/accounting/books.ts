import { holdingLock } from '../holding-lock.js';
import { isoDate, type Day } from '../partitions.js';
import type { Pool, PoolClient } from '../pool.js';
import type { AuditOrigin } from '../audit/audit-entry.js';
import { insertAudit } from '../audit/insert-audit.js';
import { compareDay, missingOf, recordCheck, takeUp, writeOff, type DayCheck } from './check-day.js';
import { bookedDays, daysToCheck, forgetChecks } from './days-to-check.js';
import { foldEntries } from './fold-entries.js';

/** Whoever keeps the books, of all processes. Any number that nothing else in this database takes: ASCII of "accounts". */
const KEEPER_LOCK = '7017561974736057459';

/** Entries that are added up at once: each may name all charge points of a fleet. */
const ENTRIES = 500;
const EXACT = 'begin isolation level repeatable read';

export interface RoundOptions {
  readonly today: Day;
  /** Every day is looked at again after this long, ms. */
  readonly fullMs: number;
  readonly signal: AbortSignal;
  /** Told of each day that was looked at. */
  readonly onChecked: (check: DayCheck) => void;
}

/**
 * One round of the keeper: adds up what flushes entered, and holds those days against the books whose turn it is. Each day is
 * compared in one snapshot, so that flushes may go on. 'busy': another process does it now.
 */
export async function keepBooks(pool: Pool, options: RoundOptions): Promise<'kept' | 'busy'> {
  const { today, fullMs, signal, onChecked } = options;
  return holdingLock(pool, KEEPER_LOCK, 'try', async (client): Promise<'kept'> => {
    await foldAll(client);
    await forgetChecks(client);
    for (const day of await daysToCheck(client, { today, olderThanMs: fullMs })) {
      if (signal.aborted) break;
      const check = await inSnapshot(client, async () => {
        const compared = await compareDay(client, day);
        await takeUp(client, compared);
        await recordCheck(client, compared);
        return compared;
      });
      onChecked(check);
    }
    return 'kept';
  });
}

export interface Audit {
  /** UTC days, `2026-03-10`; null: no bound. `to` is not included. */
  readonly from: string | null;
  readonly to: string | null;
  /** Set: the books are to say what stands in the tables, from now on, where something is missing. */
  readonly writeOff: { readonly origin: AuditOrigin; readonly reason: string } | null;
}

/** Looks at these days now, one after the other; waits for the keeper. Nothing is changed unless it is to be written off. */
export async function auditBooks(
  pool: Pool,
  { from, to, writeOff: writtenOff }: Audit,
  {
    signal,
    onChecked,
  }: Pick<RoundOptions, 'signal'> & { readonly onChecked: (check: DayCheck, of: number) => void },
): Promise<void> {
  await holdingLock(pool, KEEPER_LOCK, 'wait', async (client) => {
    const days = await bookedDays(client, { from, to });
    for (const day of days) {
      if (signal.aborted) return;
      const check = await inSnapshot(client, async () => {
        const compared = await compareDay(client, day);
        const missing = missingOf(compared);
        if (writtenOff !== null && missing > 0) {
          await writeOff(client, compared);
          await recordCheck(client, { ...compared, differences: [] });
          const detail = { day: isoDate(day), readings: missing, reason: writtenOff.reason };
          const event = { action: 'accounting.write-off', subject: null, outcome: 'done', detail } as const;
          await insertAudit(client, [{ ...writtenOff.origin, ...event }]);
        }
        return compared;
      });
      onChecked(check, days.length);
    }
  });
}

async function foldAll(client: PoolClient): Promise<void> {
  for (;;) {
    const folded = await inTransaction(client, 'begin', () => foldEntries(client, ENTRIES));
    if (folded < ENTRIES) return;
  }
}

/** What flushes had entered by then is in the books of the snapshot, too. */
function inSnapshot<Result>(client: PoolClient, work: () => Promise<Result>): Promise<Result> {
  return inTransaction(client, EXACT, async () => {
    while ((await foldEntries(client, ENTRIES)) > 0);
    return work();
  });
}

async function inTransaction<Result>(
  client: PoolClient,
  begin: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query(begin);
  const result = await work();
  await client.query('commit');
  return result;
}
