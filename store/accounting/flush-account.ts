import { isStorableText } from '../sink/storable-text.js';

/** What one flush did for a charge point on a UTC day. */
export interface DayCounts {
  /** Of messages that arrived on the day. stored = received - duplicate - rejected. */
  received: number;
  duplicate: number;
  rejected: number;
  /** Readings whose time is of the day that went into the table `readings`. */
  readings: number;
  /** Of messages that arrived on the day. */
  readingsDuplicate: number;
  readingsConflicting: number;
  readingsRejected: number;
}

export const COUNTS = [
  'received',
  'duplicate',
  'rejected',
  'readings',
  'readingsDuplicate',
  'readingsConflicting',
  'readingsRejected',
] as const satisfies readonly (keyof DayCounts)[];

/** As it is written: columns, and those left out in which there is nothing but zeros. */
type Columns = Partial<Record<(typeof COUNTS)[number], number[]>> & { readonly ids: string[] };
/** By UTC day: whole days since 1970-01-01. */
type Written = readonly (readonly [day: number, columns: Columns])[];

/** Longest id that the registry takes; what is longer is counted without a name. */
const MAX_ID = 255;
const NOBODY = '';
const WIDTH = COUNTS.length;

/**
 * What a flush did, by charge point and UTC day: one row of `account_entries`, written in the flush's own transaction. Plain and
 * quick, since it sees every message.
 */
export class FlushAccount {
  private readonly days = new Map<number, DayAccount>();
  private last: DayAccount | undefined;

  /** A message by its arrival. @param chargePointId null: nobody's. @param counts in the order of {@link COUNTS}. */
  add(chargePointId: string | null, day: number, counts: ArrayLike<number>): void {
    if (this.last?.day !== day) {
      this.last = this.days.get(day) ?? new DayAccount(day);
      this.days.set(day, this.last);
    }
    this.last.add(chargePointId ?? NOBODY, counts);
  }

  /** null: nothing was counted. */
  encode(): string | null {
    if (this.days.size === 0) return null;
    return JSON.stringify([...this.days.values()].map((account) => [account.day, account.columns()]));
  }
}

class DayAccount {
  private readonly begins = new Map<string, number>();
  private readonly values: number[] = [];
  private readonly isUsed = COUNTS.map(() => false);

  constructor(readonly day: number) {}

  add(chargePointId: string, counts: ArrayLike<number>): void {
    let begin = this.begins.get(chargePointId);
    const isNew = begin === undefined;
    if (begin === undefined) this.begins.set(chargePointId, (begin = this.values.length));
    for (let at = 0; at < WIDTH; at++) {
      const count = counts[at] ?? 0;
      if (isNew) this.values.push(count);
      else if (count !== 0) this.values[begin + at] = (this.values[begin + at] ?? 0) + count;
      if (count !== 0) this.isUsed[at] = true;
    }
  }

  columns(): Columns {
    const columns: Columns = { ids: [...this.begins.keys()] };
    COUNTS.forEach((name, at) => {
      if (this.isUsed[at] !== true) return;
      columns[name] = columns.ids.map((_, row) => this.values[row * WIDTH + at] ?? 0);
    });
    return columns;
  }
}

/** What several flushes did, added up: rows of `charge_point_days`. */
export class AccountSum {
  private readonly days = new Map<number, Map<string, DayCounts>>();

  /** @param text as {@link FlushAccount.encode} wrote it. */
  add(text: string): void {
    for (const [day, columns] of JSON.parse(text) as Written) {
      let chargePoints = this.days.get(day);
      if (chargePoints === undefined) this.days.set(day, (chargePoints = new Map<string, DayCounts>()));
      for (const [row, id] of columns.ids.entries()) {
        const counts = countsOf(chargePoints, id);
        for (const name of COUNTS) counts[name] += columns[name]?.[row] ?? 0;
      }
    }
  }

  /** In the order of their key. */
  *rows(): Generator<{ readonly day: number; readonly chargePointId: string; readonly counts: DayCounts }> {
    for (const [day, chargePoints] of [...this.days].sort(([a], [b]) => a - b)) {
      for (const [chargePointId, counts] of [...chargePoints].sort(([a], [b]) => (a < b ? -1 : 1))) {
        yield { day, chargePointId, counts };
      }
    }
  }
}

function countsOf(chargePoints: Map<string, DayCounts>, id: string): DayCounts {
  // What the registry can't hold, a database may not be able to either: a NUL would fail the sum for ever.
  const chargePointId = isStorableText(id, MAX_ID) ? id : NOBODY;
  let counts = chargePoints.get(chargePointId);
  if (counts === undefined) {
    counts = {
      received: 0,
      duplicate: 0,
      rejected: 0,
      readings: 0,
      readingsDuplicate: 0,
      readingsConflicting: 0,
      readingsRejected: 0,
    };
    chargePoints.set(chargePointId, counts);
  }
  return counts;
}
