/** What one version of OCPP says over the wire, what answers it, and what is told of that in docs/conformance.md. */
import type { FrameContext, Handled } from '../charger-protocol.js';
import type { OcppVersionName } from '../ocpp-error-codes.js';
import type { Call } from '../ocpp-j.js';
import type { ReadingLimits } from '../usable-time.js';
import type { Tolerance } from './judge-request.js';
import type { MessageSchemas } from './message-schemas.js';

/** Handles a frame that can be understood without parsing all of it, just as the long way would; null: it can't. */
export type PlainPath = (text: string, context: FrameContext) => Handled | null;

export interface OcppVersion {
  /** Its WebSocket subprotocol as well. */
  readonly name: OcppVersionName;
  readonly schemas: MessageSchemas;
  /** Every action that a charge point calls. */
  readonly served: ReadonlyMap<string, ServedAction>;
  /** Every action that a server calls. */
  readonly calls: ReadonlySet<string>;
  /** A short way for what is sent most. */
  readonly plain?: (limits: ReadingLimits) => PlainPath;
}

export interface OcppOptions {
  readonly limits: ReadingLimits;
}

/** A frame of OCPP-J: the socket it came by has a charge point. */
export interface OcppContext extends FrameContext {
  readonly chargePointId: string;
  readonly frameText: string;
  readonly version: OcppVersion;
  readonly limits: ReadingLimits;
}

/** Where what an action tells goes. */
export const DESTINATIONS = {
  readings: 'message log, then readings',
  sessions: 'message log, then transactions and readings',
  connection: 'what is known of the connection: vendor, model, serial number, firmware',
  counted: 'counted',
} as const;
export type Destination = keyof typeof DESTINATIONS;

export interface ServedAction {
  readonly destination: Destination;
  /** How it is answered, in Markdown: what stands in backticks is in the answer as it is. */
  readonly answered: string;
  readonly tolerance: Tolerance;
  /** Never throws, whatever the payload. */
  handle(call: Call, context: OcppContext): Handled;
}
