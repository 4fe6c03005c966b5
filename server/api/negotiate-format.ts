import type { Request } from 'express';

/** What an answer is written as. */
export type Format = 'json' | 'csv' | 'ndjson';

/** As the answer's Content-Type says it. */
export const MEDIA_TYPES = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson',
} as const satisfies Record<Format, string>;

/** As clients ask for it: some name the character set too. What stands first is given to those who have no preference. */
const OFFERS: readonly (readonly [string, Format])[] = [
  ['application/json', 'json'],
  ['application/json;charset=utf-8', 'json'],
  ['text/csv', 'csv'],
  ['text/csv;charset=utf-8', 'csv'],
  ['text/csv;header=present', 'csv'],
  ['application/x-ndjson', 'ndjson'],
  ['application/x-ndjson;charset=utf-8', 'ndjson'],
];

/** The media types that a route answers with, for a person. */
export function offeredTypes(isList: boolean): string {
  return isList ? 'application/json, text/csv and application/x-ndjson' : 'application/json';
}

/** What the Accept header likes best of what the route has (RFC 9110, section 12.5.1); undefined: nothing of it. */
export function negotiateFormat(request: Request, isList: boolean): Format | undefined {
  const offers = OFFERS.filter(([, format]) => isList || format === 'json');
  const chosen = request.accepts(offers.map(([type]) => type));
  return offers.find(([type]) => type === chosen)?.[1];
}
