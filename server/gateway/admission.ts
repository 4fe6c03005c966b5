import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isChargePointId } from '../../protocol/identifier.js';
import type { ConnectionOutcome } from './metrics.js';
import { retryHintMs } from './retry-hint.js';

/** Where an accepted socket leads; `chargePointId` is null on `/ingest`. */
export interface Destination {
  readonly endpoint: 'ocpp' | 'ingest';
  readonly chargePointId: string | null;
}

/** A plain HTTP answer instead of a socket. */
export interface Refusal {
  readonly status: number;
  readonly outcome: ConnectionOutcome;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
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
    return refuse(405, 'bad_request', 'Connect by GET with a WebSocket upgrade.', { allow: 'GET' });
  }
  return routed;
}

function routePath(path: string): Routed {
  if (path === '/ingest') return { ok: true, destination: { endpoint: 'ingest', chargePointId: null } };
  const segment = path.startsWith(OCPP_PREFIX) ? path.slice(OCPP_PREFIX.length) : '';
  if (segment === '' || segment.includes('/')) {
    return refuse(404, 'unknown_path', 'The paths are /ocpp/{chargePointId} and /ingest.');
  }
  const chargePointId = percentDecoded(segment);
  if (!isChargePointId(chargePointId)) {
    return refuse(
      400,
      'bad_request',
      'The charge point id in the path is not valid: 1 to 255 percent-encoded UTF-8 characters, none of them control characters.',
    );
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
  return {
    status: 426,
    outcome: 'bad_request',
    detail: 'Sec-WebSocket-Version is 13.',
    headers: { 'sec-websocket-version': '13', upgrade: 'websocket' },
  };
}

export function upgradeRequired(): Refusal {
  return {
    status: 426,
    outcome: 'not_a_websocket',
    detail: 'This is a WebSocket endpoint: connect with an upgrade.',
    headers: { upgrade: 'websocket' },
  };
}

export function unknownChargePoint(): Refusal {
  return {
    status: 404,
    outcome: 'unknown_charge_point',
    detail: 'This charge point is not registered here.',
  };
}

/** 503 with a randomised Retry-After, so that those refused together don't come back together. */
export function unavailable(outcome: 'overloaded' | 'stopping', random?: () => number): Refusal {
  return {
    status: 503,
    outcome,
    detail: outcome === 'stopping' ? 'The gateway is stopping.' : 'The gateway is at its limit.',
    headers: { 'retry-after': String(Math.ceil(retryHintMs(random) / 1_000)) },
  };
}

function refuse(
  status: number,
  outcome: ConnectionOutcome,
  detail: string,
  headers?: Readonly<Record<string, string>>,
): Routed {
  return { ok: false, refusal: { status, outcome, detail, ...(headers && { headers }) } };
}

/** The refusal as a problem document (RFC 9457). */
export function problem(refusal: Refusal): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[refusal.status] ?? 'Error',
    status: refusal.status,
    detail: refusal.detail,
  });
  return {
    headers: {
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
      ...refusal.headers,
    },
    body,
  };
}

/** Answers on a raw socket, where `http` has handed over, and ends it. */
export function writeRefusal(socket: Duplex, refusal: Refusal): void {
  const { headers, body } = problem(refusal);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', ignore);
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}\r\n${lines.join('')}\r\n${body}`,
  );
}

/** A peer that hangs up before it has read its refusal is no concern of ours. */
function ignore(): void {
  // Nothing to be done: the socket is destroyed already.
}
