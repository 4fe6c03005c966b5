import type { IncomingMessage } from 'node:http';
import { isChargePointId } from '../../protocol/identifier.js';
import type { ConnectionOutcome } from './metrics.js';
import { REFUSALS, type RefusalName } from './refusals.js';
import type { HttpRefusal } from '../sockets/http-refusal.js';
import { retryHintMs } from '../sockets/retry-hint.js';

/** Where an accepted socket leads; `chargePointId` is null on `/ingest`. */
export interface Destination {
  readonly endpoint: 'ocpp' | 'ingest';
  readonly chargePointId: string | null;
}

export interface Refusal extends HttpRefusal {
  readonly outcome: ConnectionOutcome;
}

export type Routed =
  | { readonly ok: true; readonly destination: Destination }
  | { readonly ok: false; readonly refusal: Refusal };

const OCPP_PREFIX = '/ocpp/';

/** Judges method and path: `/ocpp/{chargePointId}` (percent-encoded, one segment) and `/ingest` by GET. */
export function route(method: string | undefined, url: string | undefined): Routed {
  const path = (url ?? '').split('?', 1)[0] ?? '';
  const routed = routePath(path);
  if (routed.ok && method !== 'GET') {
    return { ok: false, refusal: refusal('wrongMethod', { headers: { allow: 'GET' } }) };
  }
  return routed;
}

function routePath(path: string): Routed {
  if (path === '/ingest') return { ok: true, destination: { endpoint: 'ingest', chargePointId: null } };
  const segment = path.startsWith(OCPP_PREFIX) ? path.slice(OCPP_PREFIX.length) : '';
  if (segment === '' || segment.includes('/')) {
    return { ok: false, refusal: refusal('unknownPath') };
  }
  const chargePointId = percentDecoded(segment);
  if (!isChargePointId(chargePointId)) {
    return { ok: false, refusal: refusal('invalidChargePoint') };
  }
  return { ok: true, destination: { endpoint: 'ocpp', chargePointId } };
}

function percentDecoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** Judges the headers that make a request a WebSocket handshake, as far as `ws` doesn't; null when they do. */
export function handshakeRefusal(request: IncomingMessage): Refusal | null {
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') return upgradeRequired();
  const version = request.headers['sec-websocket-version'];
  if (version === '13' || version === '8') return null;
  return refusal('wrongVersion', { headers: { 'sec-websocket-version': '13', upgrade: 'websocket' } });
}

export function upgradeRequired(): Refusal {
  return refusal('upgradeRequired', { headers: { upgrade: 'websocket' } });
}

/** 503, or 429, with a randomised Retry-After, so that those refused together don't come back together. */
export function unavailable(
  name: 'overloaded' | 'stopping' | 'addressLimit',
  random?: () => number,
): Refusal {
  return refusal(name, {
    headers: { 'retry-after': String(Math.ceil(retryHintMs(random) / 1_000)) },
  });
}

/** A refusal of the list; `detail` where this occurrence has more to say. */
export function refusal(name: RefusalName, more: Partial<Pick<Refusal, 'detail' | 'headers'>> = {}): Refusal {
  const { status, outcome, detail } = REFUSALS[name];
  return { status, outcome, detail, ...more };
}
