/** docs/energy.md, "What is aggregated" and the words of "Energy of a register". */
import { byText, isRegister, type Reading, type Session, type Series } from './model.js';

export interface Sample {
  readonly timeMs: number;
  readonly value: number;
  readonly context: string;
  readonly class: 'clock' | 'boundary' | 'sample';
  /** The session it belongs to, null when to none. */
  readonly session: string | null;
  /** Its value is an operator's. */
  readonly isTyped: boolean;
  readonly isConfirmed: boolean;
}

const BEFORE_OTHER_NAMES = [
  'Sample.Periodic',
  'Sample.Clock',
  'Transaction.Begin',
  'Transaction.End',
  'Interruption.Begin',
  'Interruption.End',
  'Trigger',
  'Other',
];
const AFTER_OTHER_NAMES = ['MeterStart', 'MeterStop'];
const BOUNDARIES = ['Transaction.Begin', 'Transaction.End', 'MeterStart', 'MeterStop'];

/** One sample an instant, in the order of time. `readings` are of one series. */
export function samplesOf(
  series: Series,
  readings: readonly Reading[],
  sessions: readonly Session[],
): Sample[] {
  const sorted = [...readings].sort(
    (a, b) => a.timestampMs - b.timestampMs || preference(series, a, b) || byText(a.context, b.context),
  );
  const samples: Sample[] = [];
  for (const reading of sorted) {
    if (samples.at(-1)?.timeMs === reading.timestampMs) continue;
    samples.push({
      timeMs: reading.timestampMs,
      value: reading.value,
      context: reading.context,
      class: classOf(reading.context),
      session: sessionOf(series, reading, sessions),
      isTyped: reading.typed !== undefined,
      isConfirmed: reading.isConfirmed === true,
    });
  }
  return samples;
}

function preference(series: Series, a: Reading, b: Reading): number {
  if (isRegister(series) && (a.value === 0) !== (b.value === 0)) return a.value === 0 ? 1 : -1;
  return rank(a.context) - rank(b.context);
}

/** Contexts of other names share a rank, between Other and MeterStart. */
function rank(context: string): number {
  const before = BEFORE_OTHER_NAMES.indexOf(context);
  if (before !== -1) return before;
  const after = AFTER_OTHER_NAMES.indexOf(context);
  if (after !== -1) return BEFORE_OTHER_NAMES.length + 1 + after;
  return BEFORE_OTHER_NAMES.length;
}

export function classOf(context: string): Sample['class'] {
  if (context === 'Sample.Clock') return 'clock';
  return BOUNDARIES.includes(context) ? 'boundary' : 'sample';
}

/** The transaction that a reading names itself; 0 and -1 name none. */
export function namedSession({ transaction }: Reading): string | null {
  return transaction === '0' || transaction === '-1' ? null : transaction;
}

function sessionOf(series: Series, reading: Reading, sessions: readonly Session[]): string | null {
  const named = namedSession(reading);
  if (named !== null) return named;
  let last: Session | null = null;
  for (const session of sessions) {
    if (session.chargePointId !== series.chargePointId) continue;
    if (session.evseId !== series.evseId || session.connectorId !== series.connectorId) continue;
    if (session.startedAtMs > reading.timestampMs) continue;
    if (last === null || beganAfter(session, last)) last = session;
  }
  if (last === null) return null;
  return last.endedAtMs !== null && last.endedAtMs < reading.timestampMs ? null : last.transaction;
}

function beganAfter(a: Session, b: Session): boolean {
  if (a.startedAtMs !== b.startedAtMs) return a.startedAtMs > b.startedAtMs;
  return a.transaction > b.transaction;
}
