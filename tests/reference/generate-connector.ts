/** Plays the script of one connector: what its meters would have sent. */
import { DAY_MS, QUARTER_MS, type Reading, type Series, type Session } from './model.js';
import { classOf } from './samples.js';

export interface Tick {
  /** ms, or to a time. */
  readonly advance: number | 'edge' | 'before edge' | 'after edge' | 'midnight' | 'before midnight';
  readonly event: 'none' | 'begin' | 'end' | 'zero' | 'spike' | 'dip' | 'jump' | 'reset' | 'nearly full';
  /** What was charged since the tick before, in tenths of a Wh. */
  readonly tenths: number;
  readonly context: string;
  readonly twin: { readonly context: string; readonly offset: number } | null;
  readonly names: 'session' | 'nothing' | '0' | '-1' | 'another';
  /** Number of the meter that says nothing at this tick, if there is one. */
  readonly leavesOut: number;
}

export type Measure =
  | 'total'
  | 'L1'
  | 'L2'
  | 'L3'
  | 'L1-N'
  | 'N'
  | 'interval'
  | 'power'
  | 'SoC'
  | 'export'
  | 'inlet'
  | 'grid'
  | 'upstream'
  | 'reactive';

export interface ConnectorScript {
  readonly place: { readonly evseId: number; readonly connectorId: number };
  readonly registerStartsAt: number;
  /** Whether the register starts again with each session. */
  readonly isOfSession: boolean;
  /** Whether Sample.Clock, and begin and end, are of the other register: lifetime where the rest is of sessions, or the reverse. */
  readonly clockShows: 'same' | 'other';
  readonly boundaryShows: 'same' | 'other';
  readonly isTold: boolean;
  readonly measures: readonly Measure[];
  readonly ticks: readonly Tick[];
}

/** Where a register of seven digits is full, or the next power of ten. */
const FULL = 10_000_000;

export function playConnector(
  chargePointId: string,
  script: ConnectorScript,
  beginsAtMs: number,
): { readings: Reading[]; sessions: Session[] } {
  const { place, measures, ticks } = script;
  const readings: Reading[] = [];
  const sessions: Session[] = [];
  let timeMs = beginsAtMs;
  let lifetimeTenths = 10 * script.registerStartsAt;
  let sessionTenths = 0;
  let number = 0;
  let session: { transaction: string; startedAtMs: number } | null = null;

  const endSession = (endedAtMs: number | null): void => {
    if (session !== null && script.isTold) sessions.push({ chargePointId, ...place, ...session, endedAtMs });
    session = null;
  };

  ticks.forEach((tick) => {
    timeMs = later(timeMs, tick.advance);
    lifetimeTenths += tick.tenths;
    sessionTenths += tick.tenths;
    if (tick.event === 'begin') {
      // Of a session that goes on nobody tells the end.
      endSession(null);
      number += 1;
      session = { transaction: `${place.evseId}${place.connectorId}${number}`, startedAtMs: timeMs };
      sessionTenths = 0;
    }
    if (tick.event === 'jump') lifetimeTenths += 4_000_000;
    if (tick.event === 'reset') lifetimeTenths = 50;
    if (tick.event === 'nearly full') lifetimeTenths = 10 * FULL - 300;
    // A register of seven digits rolls over; a longer one has more room.
    if (script.registerStartsAt < FULL && lifetimeTenths >= 10 * FULL) lifetimeTenths -= 10 * FULL;

    const transaction = named(tick.names, session?.transaction ?? null, `${chargePointId}-X`);
    const say = (context: string, offset: number): void => {
      measures.forEach((measure, index) => {
        if (index === tick.leavesOut) return;
        const registerTenths = shown(script, context) ? sessionTenths : lifetimeTenths;
        const value = valueOf(measure, registerTenths / 10, tick, offset);
        readings.push({
          series: seriesOf(chargePointId, place, measure),
          timestampMs: timeMs,
          context,
          value,
          transaction,
        });
      });
    };
    say(tick.context, 0);
    if (tick.twin !== null) say(tick.twin.context, tick.twin.offset);
    if (tick.event === 'end') endSession(timeMs);
  });
  endSession(null);
  return { readings, sessions };
}

function later(timeMs: number, advance: Tick['advance']): number {
  const after = (lengthMs: number): number => (Math.floor(timeMs / lengthMs) + 1) * lengthMs;
  switch (advance) {
    case 'edge':
      return after(QUARTER_MS);
    case 'before edge':
      return Math.max(timeMs + 1, after(QUARTER_MS) - 1);
    case 'after edge':
      return after(QUARTER_MS) + 1;
    case 'midnight':
      return after(DAY_MS);
    case 'before midnight':
      return Math.max(timeMs + 1, after(DAY_MS) - 1);
    default:
      return timeMs + advance;
  }
}

function named(names: Tick['names'], session: string | null, another: string): string | null {
  switch (names) {
    case 'session':
      return session;
    case 'nothing':
      return null;
    case 'another':
      return another;
    default:
      return names;
  }
}

/** Whether a context shows the register of the session. */
function shown({ isOfSession, clockShows, boundaryShows }: ConnectorScript, context: string): boolean {
  const kind = classOf(context);
  const isOther =
    (kind === 'clock' && clockShows === 'other') || (kind === 'boundary' && boundaryShows === 'other');
  return isOther ? !isOfSession : isOfSession;
}

function valueOf(measure: Measure, register: number, tick: Tick, offset: number): number {
  const { event, tenths } = tick;
  switch (measure) {
    case 'interval':
      return event === 'dip' ? -tenths / 10 : tenths / 10;
    case 'power':
      return event === 'zero' ? 0 : tenths + Math.abs(offset);
    case 'SoC':
      return tenths % 101;
    default:
      break;
  }
  if (event === 'zero') return 0;
  const part = measure === 'total' || measure === 'inlet' ? register : Math.floor(register / 3);
  const wrong = event === 'spike' ? 7_000 + tenths : event === 'dip' ? -Math.min(part, 7_000 + tenths) : 0;
  return Math.max(0, part + wrong + offset);
}

function seriesOf(chargePointId: string, place: ConnectorScript['place'], measure: Measure): Series {
  const register: Series = {
    chargePointId,
    ...place,
    measurand: 'Energy.Active.Import.Register',
    phase: '',
    location: 'Outlet',
    unit: 'Wh',
  };
  switch (measure) {
    case 'total':
      return register;
    case 'inlet':
      return { ...register, location: 'Inlet' };
    // Places that OCPP 1.6 doesn't have.
    case 'grid':
      return { ...register, location: 'Grid' };
    case 'upstream':
      return { ...register, location: 'Upstream' };
    case 'interval':
      return { ...register, measurand: 'Energy.Active.Import.Interval' };
    case 'export':
      return { ...register, measurand: 'Energy.Active.Export.Register' };
    case 'reactive':
      return { ...register, measurand: 'Energy.Reactive.Import.Register', unit: 'varh' };
    case 'power':
      return { ...register, measurand: 'Power.Active.Import', unit: 'W' };
    case 'SoC':
      return { ...register, measurand: 'SoC', location: 'EV', unit: 'Percent' };
    default:
      return { ...register, phase: measure };
  }
}
