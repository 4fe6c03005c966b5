import { presentEnergy, toThousandths } from './present-energy.js';
import { sessionState, sessionTimes } from './session-state.js';
import type { FiguredSession } from './walk-sessions.js';

/** Fields of a session, in the order of CSV's columns: what was told of it, then what its readings come to. */
export const SESSION_COLUMNS = [
  'id',
  'chargePointId',
  'evseId',
  'connectorId',
  'status',
  'idTag',
  'startedAt',
  'meterStartWh',
  'endedAt',
  'meterStopWh',
  'reason',
  'energyWh',
  'measuredWh',
  'estimatedWh',
  'suspectWh',
  'maxPowerW',
  'state',
  'source',
  'start',
  'end',
  'durationSeconds',
];

const NO_ENERGY = { energyWh: null, measuredWh: null, estimatedWh: null, suspectWh: null };

export function presentSession(session: FiguredSession, nowMs: number) {
  const { figures } = session;
  const state = sessionState(session, nowMs);
  const { start, end } = sessionTimes(session, state);
  return {
    id: session.id,
    chargePointId: session.chargePointId,
    evseId: session.evseId ?? figures?.evseId ?? null,
    connectorId: session.connectorId ?? figures?.connectorId ?? null,
    status: session.status,
    idTag: session.idTag,
    startedAt: session.startedAt?.toISOString() ?? null,
    meterStartWh: session.meterStartWh,
    endedAt: session.endedAt?.toISOString() ?? null,
    meterStopWh: session.meterStopWh,
    reason: session.reason,
    ...(figures?.energy ? presentEnergy(figures.energy) : NO_ENERGY),
    maxPowerW: figures?.maxPowerW == null ? null : toThousandths(figures.maxPowerW),
    state,
    source: session.status === 'observed' ? 'readings' : 'session',
    start: start?.toISOString() ?? null,
    end: end?.toISOString() ?? null,
    durationSeconds: durationOf(start, end),
  };
}

/** A clock that was set meanwhile can make an end lie before its start: how long it took is then not known. */
function durationOf(start: Date | null, end: Date | null): number | null {
  if (start === null || end === null || end < start) return null;
  return (end.getTime() - start.getTime()) / 1_000;
}
