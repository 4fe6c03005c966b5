import type { HttpRefusal } from '../sockets/http-refusal.js';
import { retryHintMs } from '../sockets/retry-hint.js';
import { SHARED_REFUSALS } from '../sockets/shared-refusals.js';
import type { Limited } from '../limits/request-limits.js';
import type { ConnectionOutcome } from './metrics.js';

interface Refused {
  readonly status: number;
  readonly outcome: ConnectionOutcome;
  /** What the answer says. */
  readonly detail: string;
  /** What to do about it; stands in docs/errors.md. */
  readonly remedy: string;
}

/** Every plain HTTP answer that the live role gives instead of a socket. */
export const LIVE_REFUSALS = {
  malformedHandshake: {
    status: 400,
    outcome: 'bad_request',
    detail: 'The WebSocket handshake is not valid.',
    remedy: 'Use a client that speaks RFC 6455.',
  },
  unauthorised: {
    status: 401,
    outcome: 'unauthorised',
    detail: 'It is not known who asks.',
    remedy: 'Send the credentials that the API takes.',
  },
  forbiddenHost: SHARED_REFUSALS.forbiddenHost,
  forbiddenOrigin: {
    status: 403,
    outcome: 'forbidden_origin',
    detail: 'Pages of this origin may not connect.',
    remedy: 'Add the origin of the page to LIVE_ORIGINS.',
  },
  unknownPath: {
    status: 404,
    outcome: 'bad_request',
    detail: 'The path is /live.',
    remedy: 'Correct the URL.',
  },
  upgradeRequired: {
    status: 426,
    outcome: 'bad_request',
    detail: 'This is a WebSocket endpoint: connect with an upgrade.',
    remedy: 'Connect with a WebSocket client; a proxy in between must pass `Upgrade` and `Connection` on.',
  },
  tooManyHandshakes: SHARED_REFUSALS.tooManyHandshakes,
  overloaded: {
    status: 503,
    outcome: 'overloaded',
    detail: 'The live role has as many sockets as it may.',
    remedy:
      'Connect again after `Retry-After` seconds. If it lasts: more processes, or higher LIVE_MAX_CONNECTIONS.',
  },
  stopping: {
    status: 503,
    outcome: 'stopping',
    detail: 'The live role is stopping.',
    remedy:
      'Connect again after `Retry-After` seconds: another process, or this one again, takes the connection.',
  },
  failed: {
    status: 503,
    outcome: 'failed',
    detail: 'It can not be found out who asks at the moment.',
    remedy: 'Connect again after `Retry-After` seconds; the log of the live role has why.',
  },
} as const satisfies Record<string, Refused>;

export interface LiveRefusal extends HttpRefusal {
  readonly outcome: ConnectionOutcome;
}

/** With a randomised Retry-After where it may be better later, so that those refused together don't come back together. */
export function liveRefusal(name: keyof typeof LIVE_REFUSALS, detail?: string): LiveRefusal {
  const { status, outcome, detail: usual } = LIVE_REFUSALS[name];
  const refused = { status, outcome, detail: detail ?? usual };
  if (status === 426) return { ...refused, headers: { upgrade: 'websocket' } };
  if (status !== 503) return refused;
  return { ...refused, headers: { 'retry-after': String(Math.ceil(retryHintMs() / 1_000)) } };
}

export function tooManyHandshakes({ retryAfterS }: Limited): LiveRefusal {
  return { ...liveRefusal('tooManyHandshakes'), headers: { 'retry-after': String(retryAfterS) } };
}
