/** Meter values that the meter signed, so that somebody else can prove them (OCMF and the like): kept as they came. */
import { excerpt } from './excerpt.js';
import { isAbsent, isObject, nameOf, type Json } from './leniency.js';
import type { Reading } from './reading.js';
import { fault, type Fault } from './usable-time.js';

/** Nothing is computed from it: it stands beside the readings, under the same names. */
export interface SignedValue extends Pick<
  Reading,
  | 'chargePointId'
  | 'evseId'
  | 'connectorId'
  | 'measurand'
  | 'phase'
  | 'location'
  | 'context'
  | 'timestampMs'
  | 'transactionId'
> {
  /** How `data` is written: `OCMF`, ...; '' when it isn't told. */
  readonly encoding: string;
  /** '' when it isn't told. */
  readonly signingMethod: string;
  /** '' when it isn't told: it may be within the data, or known from elsewhere. */
  readonly publicKey: string;
  /** 1 byte to {@link MAX_SIGNED_BYTES}, exactly as sent. */
  readonly data: string;
}

export type SignedContent = Pick<SignedValue, 'encoding' | 'signingMethod' | 'publicKey' | 'data'>;

/** Of `data` in UTF-8, and of the public key. Meters write 200 to 4,000 bytes. */
export const MAX_SIGNED_BYTES = 16 * 1024;

/** PostgreSQL refuses NUL in any text, and halves of surrogate pairs; line ends are ordinary in base64. */
const UNFIT = /[\0\p{Cs}]/u;

/** Whether a text can be kept as signed data or as a key; '' can't be data. */
export function isSignedText(text: string): boolean {
  return (
    text.length <= MAX_SIGNED_BYTES &&
    Buffer.byteLength(text, 'utf8') <= MAX_SIGNED_BYTES &&
    !UNFIT.test(text)
  );
}

/** What a sampled value of OCPP 1.6 with `format: "SignedData"` holds; null: it isn't one. */
export function signedContent16(sampled: Json): SignedContent | Fault | null {
  if (sampled['format'] !== 'SignedData') return null;
  const data = dataOf('value', sampled['value']);
  if (typeof data !== 'string') return data;
  return { encoding: data.startsWith('OCMF|') ? 'OCMF' : '', signingMethod: '', publicKey: '', data };
}

/** What stands beside the value in a sampled value of OCPP 2.0.1 as `signedMeterValue`; null: nothing does. */
export function signedContent201(sampled: Json): SignedContent | Fault | null {
  const sent = sampled['signedMeterValue'];
  if (isAbsent(sent)) return null;
  if (!isObject(sent)) return fault('signed_data', `signedMeterValue is ${excerpt(sent)}`);
  const data = dataOf('signedMeterData', sent['signedMeterData']);
  if (typeof data !== 'string') return data;
  const encoding = nameOf(sent['encodingMethod'], '');
  const signingMethod = nameOf(sent['signingMethod'], '');
  const publicKey = isAbsent(sent['publicKey']) ? '' : sent['publicKey'];
  if (encoding === undefined) {
    return fault('signed_data', `encodingMethod is ${excerpt(sent['encodingMethod'])}`);
  }
  if (signingMethod === undefined) {
    return fault('signed_data', `signingMethod is ${excerpt(sent['signingMethod'])}`);
  }
  if (typeof publicKey !== 'string' || !isSignedText(publicKey)) {
    return fault('signed_data', `publicKey is ${excerpt(publicKey)}`);
  }
  return { encoding, signingMethod, publicKey, data };
}

function dataOf(field: string, sent: unknown): string | Fault {
  if (typeof sent !== 'string' || sent === '') return fault('signed_data', `${field} is ${excerpt(sent)}`);
  if (isSignedText(sent)) return sent;
  const bytes = Buffer.byteLength(sent, 'utf8');
  return fault(
    'signed_data',
    bytes > MAX_SIGNED_BYTES
      ? `${field} takes ${bytes} bytes, more than ${MAX_SIGNED_BYTES}`
      : `${field} holds characters that no text can`,
  );
}
