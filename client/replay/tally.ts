import type { ResumeState } from './resume-state.js';
import type { RowOutcome } from './row-outcome.js';

/** Where a replay stands. Counts are of rows, and of this run. */
export interface ReplayProgress {
  /** Data rows in the sheet, bad ones included. */
  readonly rows: number;
  /** Rows that can't be sent. */
  readonly badRows: number;
  /** Rows that an earlier run with the same resume state has settled. */
  readonly skipped: number;
  /** Rows sent at least once. */
  readonly sent: number;
  readonly acknowledged: number;
  /** By the server's answer. */
  readonly rejected: number;
  /** Rows that the server would not take, be it their frame or their charge point's connection. */
  readonly refused: number;
  /** Times a row was sent again. */
  readonly retried: number;
  readonly elapsedMs: number;
  /** Rows settled a second, over the last five seconds. */
  readonly ratePerSecond: number;
  /** Null while it can't be told. */
  readonly etaSeconds: number | null;
}

const RATE_WINDOW_MS = 5_000;

/** Counts what becomes of each row, and notes it in the resume state. */
export class Tally {
  readonly rejectReasons = new Map<string, number>();
  readonly refuseReasons = new Map<string, number>();
  #sent = 0;
  #acknowledged = 0;
  #rejected = 0;
  #refused = 0;
  #retried = 0;
  #lastSettledAt: number;
  readonly #startedAt: number;
  readonly #marks: { at: number; settled: number }[] = [];

  constructor(
    private readonly sheet: { readonly rows: number; readonly badRows: number; readonly skipped: number },
    /** When the last row is due, ms after the start. */
    private readonly lastDueMs: number,
    private readonly state: ResumeState | null,
    private readonly now: () => number,
    /** Hears of each row once, at its end. */
    private readonly onOutcome: (index: number, outcome: RowOutcome) => void = () => undefined,
  ) {
    this.#startedAt = now();
    this.#lastSettledAt = this.#startedAt;
  }

  /** When a row was last acknowledged, rejected or refused; at first, the start. */
  get lastSettledAt(): number {
    return this.#lastSettledAt;
  }

  sent(again: boolean): void {
    if (again) this.#retried++;
    else this.#sent++;
  }

  accepted(index: number): void {
    this.#acknowledged++;
    this.state?.mark(index);
    this.#ended(index, { kind: 'accepted' });
  }

  rejected(index: number, code: string, reason = ''): void {
    this.#rejected++;
    countUp(this.rejectReasons, code);
    this.state?.mark(index);
    this.#ended(index, { kind: 'rejected', code, reason });
  }

  /** Not marked in the resume state: once the server takes the row, a later run sends it. */
  refused(index: number, code: string, reason = ''): void {
    this.#refused++;
    countUp(this.refuseReasons, code);
    this.#ended(index, { kind: 'refused', code, reason });
  }

  progress(): ReplayProgress {
    const at = this.now();
    const settled = this.#acknowledged + this.#rejected + this.#refused;
    this.#marks.push({ at, settled });
    while ((this.#marks[1]?.at ?? at) <= at - RATE_WINDOW_MS) this.#marks.shift();
    const oldest = this.#marks[0] ?? { at, settled };
    // Until the window is full the start is the better reference.
    const since = at - this.#startedAt < RATE_WINDOW_MS ? { at: this.#startedAt, settled: 0 } : oldest;
    const ratePerSecond = at > since.at ? ((settled - since.settled) * 1000) / (at - since.at) : 0;
    const remaining = this.sheet.rows - this.sheet.badRows - this.sheet.skipped - settled;
    const paceSeconds = (this.#startedAt + this.lastDueMs - at) / 1000;
    return {
      ...this.sheet,
      sent: this.#sent,
      acknowledged: this.#acknowledged,
      rejected: this.#rejected,
      refused: this.#refused,
      retried: this.#retried,
      elapsedMs: at - this.#startedAt,
      ratePerSecond,
      etaSeconds: etaSeconds(remaining, ratePerSecond, paceSeconds),
    };
  }

  #ended(index: number, outcome: RowOutcome): void {
    this.#lastSettledAt = this.now();
    this.onOutcome(index, outcome);
  }
}

/** A server that invents reasons must not make the map grow for ever. */
function countUp(reasons: Map<string, number>, code: string): void {
  const key = reasons.size < 100 || reasons.has(code) ? code : 'other';
  reasons.set(key, (reasons.get(key) ?? 0) + 1);
}

function etaSeconds(remaining: number, ratePerSecond: number, paceSeconds: number): number | null {
  if (remaining === 0) return 0;
  // With a pace the readings' time decides, and the rate is its consequence.
  if (paceSeconds > 0) return paceSeconds;
  return ratePerSecond > 0 ? remaining / ratePerSecond : null;
}
