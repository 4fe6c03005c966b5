import type { Logger } from 'pino';
import { refusal, unavailable, type Refusal } from './admission.js';
import { within } from '../sockets/within.js';

/** Asked at the door when unknown charge points are refused. A rejection is an outage: the client gets 503. */
export interface ChargePointDirectory {
  isKnown(chargePointId: string): Promise<boolean>;
}

const TIMEOUT_MS = 5_000;

/** null: it may come in. Never rejects. */
export async function refusalOf(
  chargePointId: string,
  directory: ChargePointDirectory,
  logger: Logger,
): Promise<Refusal | null> {
  try {
    const known = await within(TIMEOUT_MS, directory.isKnown(chargePointId));
    if (known === undefined) return unavailable('overloaded');
    return known ? null : refusal('unknownChargePoint');
  } catch (error) {
    logger.warn({ err: error, chargePointId }, 'the directory of charge points does not answer');
    return unavailable('overloaded');
  }
}
