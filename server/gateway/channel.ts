import type { ChargerProtocol } from '../../protocol/charger-protocol.js';
import type { CountersBy } from '../observability/counters-by.js';
import type { Limit, MessageOutcome } from './metrics.js';
import type { Rate } from './rate.js';

/** A protocol with its counters resolved. */
export interface Channel {
  readonly protocol: ChargerProtocol;
  readonly messages: CountersBy<MessageOutcome>;
  /** Of one socket; null: any. */
  readonly rate: Rate | null;
  /** What a socket meets that sends more. */
  readonly limit: Limit;
}
