/** The fields of a request as charge points really send them: absent, null and empty mean the same, digits may stand in a text. */
import { isCleanText, isName } from './identifier.js';

export type Json = Readonly<Record<string, unknown>>;

export const MAX_CONNECTOR = 2_147_483_647;
/** Largest magnitude of a value: beyond 2^53 (9e15) whole numbers are no longer exact. */
export const MAX_MAGNITUDE = 1e15;
/** Longest name that a charge point may give to a session, in characters. */
export const MAX_TRANSACTION_NAME = 36;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isAbsent(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

/** The name as sent, `absent` when it is missing, null or empty (chargers send all three); undefined when it is no name. */
export function nameOf(value: unknown, absent: string): string | undefined {
  if (isAbsent(value)) return absent;
  return isName(value) ? value : undefined;
}

/** Missing means the charge point as a whole, connector 0, though OCPP demands the field. Digits in a string are accepted. */
export function connectorOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return 0;
  const connector =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{1,10}$/.test(value)
        ? Number(value)
        : NaN;
  return Number.isInteger(connector) && connector >= 0 && connector <= MAX_CONNECTOR
    ? connector + 0
    : undefined;
}

/** The session's name, null when none is given, undefined when it can be no name. */
export function transactionOf(value: unknown): string | null | undefined {
  if (isAbsent(value)) return null;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value + 0) : undefined;
  return typeof value === 'string' && value.length <= MAX_TRANSACTION_NAME && isCleanText(value)
    ? value
    : undefined;
}
