import { auditBooks } from '../../store/accounting/books.js';
import { missingOf, unbookedOf, type DayCheck } from '../../store/accounting/check-day.js';
import { readPartitionAccounts, type PartitionAccount } from '../../store/accounting/partition-counts.js';
import { isoDate } from '../../store/partitions.js';
import { operatorOrigin } from './audit-part.js';
import { withCommandPool } from './with-command-pool.js';

export interface AccountingRequest {
  /** UTC days, `2026-03-10`; null: no bound. `to` is not included. */
  readonly from: string | null;
  readonly to: string | null;
  /** Why what is missing is no longer to be told; null: it is only looked for. */
  readonly writeOffReason: string | null;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, of: number) => void;
}

export interface AccountedDay {
  readonly day: string;
  readonly readings: number;
  /** Stored, and not there. */
  readonly missing: number;
  /** There, and in no book yet: workers take it up. */
  readonly unbooked: number;
  readonly chargePoints: readonly { readonly chargePointId: string; readonly missing: number }[];
}

export interface AccountingReport {
  readonly partitions: readonly PartitionAccount[];
  /** Messages without an outcome, of all partitions. */
  readonly unaccounted: number;
  readonly readings: number;
  readonly missing: number;
  readonly writtenOff: boolean;
  readonly complete: boolean;
  readonly days: number;
  /** Days on which something differs. */
  readonly differing: readonly AccountedDay[];
}

/** The `accounting` command. Rejects with DATABASE_REQUIRED, DATABASE_UNAVAILABLE or DATABASE_NOT_MIGRATED. */
export function runAccounting(request: AccountingRequest): Promise<AccountingReport> {
  const { from, to, writeOffReason, signal, onProgress } = request;
  return withCommandPool('accounting', async (pool) => {
    const partitions = await readPartitionAccounts(pool);
    const differing: AccountedDay[] = [];
    let [days, readings, missing] = [0, 0, 0];
    await auditBooks(
      pool,
      {
        from,
        to,
        writeOff: writeOffReason === null ? null : { origin: operatorOrigin(), reason: writeOffReason },
      },
      {
        signal,
        onChecked: (check, of) => {
          days += 1;
          readings += check.readings;
          missing += missingOf(check);
          if (check.differences.length > 0) differing.push(accountedDay(check));
          onProgress(days, of);
        },
      },
    );
    return {
      partitions,
      unaccounted: partitions.reduce((sum, each) => sum + Math.abs(unaccountedOf(each)), 0),
      readings,
      missing,
      writtenOff: writeOffReason !== null && missing > 0,
      complete: !signal.aborted,
      days,
      differing,
    };
  });
}

/** Messages without an outcome; below 0: with more than one. */
export const unaccountedOf = ({ received, stored, duplicate, rejected }: PartitionAccount): number =>
  received - stored - duplicate - rejected;

function accountedDay(check: DayCheck): AccountedDay {
  return {
    day: isoDate(check.day),
    readings: check.readings,
    missing: missingOf(check),
    unbooked: unbookedOf(check),
    chargePoints: check.differences
      .filter(({ stored, standing }) => stored > standing)
      .map(({ chargePointId, stored, standing }) => ({ chargePointId, missing: stored - standing })),
  };
}
