import type { ReadingInput } from './reading.js';

/** What a line asks for. Whether it can be done now is for the charge point to say. */
export type Command =
  | { readonly name: 'connect'; readonly chargePointId: string | null }
  | { readonly name: 'drop'; readonly forMs: number | null }
  | { readonly name: 'offline' }
  | { readonly name: 'restore' }
  | { readonly name: 'connector'; readonly connectorId: number }
  | { readonly name: 'boot'; readonly vendor: string; readonly model: string }
  | { readonly name: 'heartbeat' }
  | { readonly name: 'status'; readonly status: string; readonly errorCode: string }
  | { readonly name: 'authorize'; readonly idTag: string }
  /** Null: what the meter shows. */
  | { readonly name: 'start'; readonly idTag: string; readonly meterStartWh: number | null }
  | { readonly name: 'stop'; readonly meterStopWh: number | null; readonly reason: string | null }
  | { readonly name: 'send'; readonly reading: ReadingInput }
  /** A MeterValues.req as it was typed. */
  | { readonly name: 'sendPayload'; readonly json: string }
  | { readonly name: 'every'; readonly everyMs: number; readonly what: ReadingInput | 'heartbeat' }
  | { readonly name: 'everyStop' }
  | { readonly name: 'call'; readonly action: string; readonly json: string }
  | { readonly name: 'raw'; readonly frame: string }
  | { readonly name: 'again' }
  | { readonly name: 'session' }
  | { readonly name: 'show' }
  | { readonly name: 'queue' }
  | { readonly name: 'queueClear' }
  | { readonly name: 'frames'; readonly shown: boolean | null }
  | { readonly name: 'wait'; readonly ms: number }
  /** The command that is asked about; null: all. */
  | { readonly name: 'help'; readonly topic: string | null }
  | { readonly name: 'quit' };
