import { createHash } from 'node:crypto';
import { isObject } from './leniency.js';

/** OCPP 1.6 has its ids in 32 bits with a sign; 0 and below are what charge points send that never got one. */
export const MAX_TRANSACTION_ID = 2_147_483_647;

/**
 * The transaction id that a StartTransaction is answered with, from 1 to 2147483647: the first 31 bits of the SHA-256 of the
 * UTF-8 JSON array `[chargePointId, connectorId, timestamp, idTag, meterStart]`, 0 becoming 1. A function of what was sent
 * alone, so that a repeated Start gets the same id, whatever its message id, without anybody remembering the first.
 *
 * @param payload the StartTransaction.req as parsed JSON
 */
export function transactionIdOf(chargePointId: string, payload: unknown): number {
  const { connectorId, timestamp, idTag, meterStart } = isObject(payload) ? payload : {};
  const text = JSON.stringify([chargePointId, connectorId, timestamp, idTag, meterStart]);
  return createHash('sha256').update(text, 'utf8').digest().readUInt32BE(0) >>> 1 || 1;
}

/** Whether a transaction's name is an id that {@link transactionIdOf} can give, in decimal. */
export function isAllocatedId(name: string): boolean {
  return /^[1-9]\d{0,9}$/.test(name) && Number(name) <= MAX_TRANSACTION_ID;
}
