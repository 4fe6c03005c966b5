import type { ChargerProtocol } from '../../protocol/charger-protocol.js';
import type { ByOutcome, MessageOutcome } from './metrics.js';

/** A protocol with its counters resolved. */
export interface Channel {
  readonly protocol: ChargerProtocol;
  readonly messages: ByOutcome<MessageOutcome>;
}
