import { excerpt, jsonText } from './excerpt.js';
import type { FlatMessage } from './flattening.js';
import { isJsonText } from './is-json-text.js';
import { isObject, type Json } from './leniency.js';
import { fault, type Fault } from './usable-time.js';

/** A MeterValues.req of whichever version as one reject. */
export function wholeRejected(payload: unknown, { reason, detail }: Fault): FlatMessage {
  // A text is kept as it is: what a workbook's cell held, more often than not cut off.
  const raw = typeof payload === 'string' ? payload : jsonText(payload);
  return { readings: [], rejects: [{ reason, path: '', detail, rawKind: 'meterValues', raw }] };
}

/** The payload of a MeterValues.req as an object, or why it is none. */
export function requestOf(payload: unknown): { readonly ok: true; readonly request: Json } | Fault {
  if (typeof payload === 'string' && !isJsonText(payload)) {
    return fault('invalid_json', `the payload is the text ${excerpt(payload)}`);
  }
  return isObject(payload)
    ? { ok: true, request: payload }
    : fault('not_meter_values', `the payload is ${excerpt(payload)}`);
}

/** The list of meter values in a request, or why there is none. */
export function meterValuesOf(
  request: Json,
): { readonly ok: true; readonly list: readonly unknown[] } | Fault {
  const sent = request['meterValue'];
  if (Array.isArray(sent) && sent.length > 0) return { ok: true, list: sent as readonly unknown[] };
  return fault('missing_meter_value', `meterValue is ${sent === undefined ? 'missing' : excerpt(sent)}`);
}
