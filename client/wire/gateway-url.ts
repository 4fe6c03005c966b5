import { z } from 'zod';

/** The address of a gateway: ws or wss; http and https are taken for them. Without a path the protocol's is added. */
export const gatewayUrlSchema = z
  .string()
  .transform((text) => (URL.canParse(text) ? new URL(text.replace(/^http/, 'ws')) : null))
  .refine((url) => url?.protocol === 'ws:' || url?.protocol === 'wss:', 'an address like ws://127.0.0.1:3000')
  .transform((url) => url ?? new URL('ws://127.0.0.1:3000'));

/** Where plain JSON goes: `/ingest`, unless `base` has a path of its own. */
export function ingestUrl(base: URL): string {
  const url = new URL(base);
  if (url.pathname === '/') url.pathname = '/ingest';
  return url.href;
}

/** Where a charge point connects by OCPP-J: its id, percent-encoded, under `/ocpp` or under the path of `base`. */
export function ocppUrl(base: URL, chargePointId: string): string {
  const url = new URL(base);
  // An id may hold half a surrogate pair, which can't be encoded: it goes as U+FFFD.
  const id = encodeURIComponent(Buffer.from(chargePointId).toString());
  url.pathname = `${url.pathname === '/' ? '/ocpp' : url.pathname.replace(/\/$/, '')}/${id}`;
  return url.href;
}
