import type { Wire } from '../wire/wire.js';
import type { AnswerCall } from './device-controls.js';
import type { MessageRole } from './journal-record.js';

/** One measured value, in its base unit (Wh, W, Percent, ...). */
export interface Sample {
  readonly measurand: string;
  readonly unit: string;
  /** Decimal text. */
  readonly value: string;
}

/** Samples of one moment, for one purpose. */
export interface Measurement {
  /** ms since 1970 UTC, by the device's clock. */
  readonly at: number;
  /** ReadingContext of OCPP: `Sample.Periodic`, `Sample.Clock`, ... */
  readonly context: string;
  readonly samples: readonly Sample[];
  /** How many of its session came before. */
  readonly ordinal: number;
}

export interface SessionFacts {
  /** Of this charge point, from 1. */
  readonly number: number;
  readonly connectorId: number;
  readonly idTag: string;
  readonly meterStartWh: number;
  /** ms since 1970 UTC, by the device's clock. */
  readonly startedAt: number;
}

/** A request before it has an id. */
export interface Draft {
  readonly action: string;
  /** JSON text of an object. The id that a server gives a session is put in front when it leaves. */
  readonly body: string;
  readonly role: MessageRole;
}

/** How a device says what happens at it, in one protocol: pure. What a protocol has no words for is null. */
export interface StationDialect {
  readonly wire: Wire;
  boot(): Omit<Draft, 'role'> | null;
  heartbeat(): Omit<Draft, 'role'> | null;
  status(connectorId: number, status: ConnectorStatus, at: number): Omit<Draft, 'role'> | null;
  /** A session's id where the device gives it; null where the server does, in its answer to the Start. */
  transactionId(chargePointId: string, session: SessionFacts): number | string | null;
  /** Whether bodies name their session themselves; otherwise its id is put into them when they leave. */
  readonly idInBody: boolean;
  readonly answerCall: AnswerCall;
  /** In the order of sending. `begin`: the registers at the beginning. */
  start(session: SessionFacts, begin: Measurement): readonly Draft[];
  reading(connectorId: number, session: SessionFacts | null, measurement: Measurement): Draft;
  /** `end`: the registers at the end. `reason` as OCPP 1.6 has it. */
  stop(
    session: SessionFacts,
    meterStopWh: number,
    reason: string,
    data: readonly Measurement[],
  ): readonly Draft[];
}

export type ConnectorStatus = 'Available' | 'Charging' | 'Finishing' | 'Faulted';
