import type { Reading } from '../../protocol/reading.js';
import { CONNECTOR_OF_SESSION, METER_START, METER_STOP } from '../../protocol/session.js';
import type { SessionStart, SessionStop } from '../../protocol/session.js';
import type { Pool } from '../../store/pool.js';
import type { SinkMessage } from '../../store/reading-sink.js';
import { message, naturalRows, reading, T0 } from './store-harness.js';

export const start = (overrides: Partial<SessionStart> = {}): SessionStart => ({
  kind: 'start',
  transactionId: '7',
  evseId: 0,
  connectorId: 2,
  idTag: 'TAG-1',
  startedAtMs: T0,
  meterStartWh: 1_000,
  ...overrides,
});

export const stop = (overrides: Partial<SessionStop> = {}): SessionStop => ({
  kind: 'stop',
  transactionId: '7',
  idTag: null,
  endedAtMs: T0 + 60_000,
  meterStopWh: 2_500,
  reason: 'Local',
  ...overrides,
});

/** A reading of a StopTransaction, which names no connector. */
export const stopReading = (overrides: Partial<Reading> = {}): Reading =>
  reading({
    connectorId: CONNECTOR_OF_SESSION,
    transactionId: '7',
    context: 'Transaction.End',
    timestampMs: T0 + 60_000,
    value: 2_500.5,
    ...overrides,
  });

/** As judged: meterStart is a reading of the connector. */
export function startMessage(
  offset: number,
  overrides: Partial<SessionStart> = {},
  more: Partial<SinkMessage> = {},
): SinkMessage {
  const session = start(overrides);
  const meterStart = reading({
    chargePointId: more.chargePointId ?? 'CP-1',
    connectorId: session.connectorId ?? 0,
    transactionId: session.transactionId,
    context: METER_START,
    timestampMs: session.startedAtMs ?? T0,
    value: session.meterStartWh ?? 0,
  });
  return message(offset, [meterStart], { session, ...more });
}

/** As judged: meterStop is a reading beside those of transactionData. */
export function stopMessage(
  offset: number,
  overrides: Partial<SessionStop> = {},
  readings: readonly Reading[] = [stopReading()],
  more: Partial<SinkMessage> = {},
): SinkMessage {
  const session = stop(overrides);
  const chargePointId = more.chargePointId ?? 'CP-1';
  const { transactionId } = session;
  const meterStop = stopReading({
    context: METER_STOP,
    timestampMs: session.endedAtMs ?? T0,
    value: session.meterStopWh ?? 0,
  });
  const all = [meterStop, ...readings].map((each) => ({ ...each, chargePointId, transactionId }));
  return message(offset, all, { session, ...more });
}

export interface SessionRow {
  charge_point_id: string;
  external_id: string;
  status: string;
  evse_id: number | null;
  connector_id: number | null;
  id_tag: string | null;
  started_at: Date | null;
  meter_start_wh: number | null;
  stop_id_tag: string | null;
  ended_at: Date | null;
  meter_stop_wh: number | null;
  stop_reason: string | null;
  start_received_at: Date | null;
  stop_received_at: Date | null;
}

/** The transactions, without the ids that the database gave them. */
export async function sessionRows(pool: Pool): Promise<SessionRow[]> {
  const { rows } = await pool.query<SessionRow>(
    `select charge_point_id, external_id, status, evse_id, connector_id, id_tag, started_at, meter_start_wh, stop_id_tag,
       ended_at, meter_stop_wh, stop_reason, start_received_at, stop_received_at
     from transactions order by 1, 2`,
  );
  return rows;
}

export interface WaitingRow {
  external_id: string;
  context: string;
  ts: Date;
  value: number;
  quality: number;
  received_at: Date;
}

export async function waitingRows(pool: Pool): Promise<WaitingRow[]> {
  const { rows } = await pool.query<WaitingRow>(
    `select t.external_id, w.context, w.ts, w.value, w.quality, w.received_at
     from waiting_readings w join transactions t on t.id = w.transaction_id
     order by t.charge_point_id, t.external_id, w.ts, w.context, w.value`,
  );
  return rows;
}

/** Everything that must not depend on the order of messages. */
export async function storedState(pool: Pool) {
  return {
    ...(await naturalRows(pool)),
    sessions: await sessionRows(pool),
    waiting: await waitingRows(pool),
  };
}
