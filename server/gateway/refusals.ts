import { SHARED_REFUSALS } from '../sockets/shared-refusals.js';
import type { ConnectionOutcome } from './metrics.js';

/** Largest request line and headers of a handshake, bytes. */
export const MAX_HEADER_BYTES = 8 * 1024;

interface Refused {
  readonly status: number;
  readonly outcome: ConnectionOutcome;
  /** What the answer says. */
  readonly detail: string;
  /** What to do about it; stands in docs/errors.md. */
  readonly remedy: string;
}

/** Every plain HTTP answer that the gateway gives instead of a socket. */
export const REFUSALS = {
  malformedHttp: {
    status: 400,
    outcome: 'bad_request',
    detail: 'This is not a valid HTTP request.',
    remedy: 'Speak HTTP/1.1, and TLS only to a port that has it: [TLS](tls.md).',
  },
  malformedHandshake: {
    status: 400,
    outcome: 'bad_request',
    detail: 'The WebSocket handshake is not valid.',
    remedy: 'Correct the `Sec-WebSocket-*` header that the answer names.',
  },
  invalidChargePoint: {
    status: 400,
    outcome: 'bad_request',
    detail:
      'The charge point id in the path is not valid: 1 to 255 percent-encoded UTF-8 characters, none of them invisible, letters with their accents as one character (Unicode NFC).',
    remedy: 'Percent-encode the id: `Depot/7` is `/ocpp/Depot%2F7`.',
  },
  unauthorised: {
    status: 401,
    outcome: 'unauthorised',
    detail: 'The charge point did not show that it is this one.',
    remedy:
      'Enter the password that the charge point was given, with its id as the user name (HTTP Basic), or give it a new one.',
  },
  unauthorisedSender: {
    status: 401,
    outcome: 'unauthorised',
    detail: 'Credentials are missing, or are none that are known here.',
    remedy: 'Show a key or a token that has the scope `readings:write`: `Authorization: Bearer ...`.',
  },
  forbiddenSender: {
    status: 403,
    outcome: 'forbidden',
    detail: 'This takes the scope readings:write, which your credentials lack.',
    remedy: 'Make a key with `--scope readings:write`, or have the issuer of tokens give that scope.',
  },
  forbiddenHost: SHARED_REFUSALS.forbiddenHost,
  forbiddenOrigin: {
    status: 403,
    outcome: 'forbidden_origin',
    detail: 'Nobody has to show who they are here, so that pages of elsewhere may not connect.',
    remedy:
      'Serve the page from the same machine, or set AUTHENTICATION to `required` and let the page show a key.',
  },
  otherCertificate: {
    status: 403,
    outcome: 'unauthorised',
    detail: 'The certificate is not one of this charge point.',
    remedy:
      'Give the charge point a certificate that has its id as common name (CN), or as an alternative name of kind DNS, to the letter.',
  },
  unknownPath: {
    status: 404,
    outcome: 'unknown_path',
    detail: 'The paths are /ocpp/{chargePointId} and /ingest.',
    remedy: 'Correct the URL that the charge point was given.',
  },
  unknownChargePoint: {
    status: 404,
    outcome: 'unknown_charge_point',
    detail: 'This charge point is not registered here.',
    remedy:
      'Add the charge point with status `active`, or set UNKNOWN_CHARGE_POINTS to `register` or `hold`.',
  },
  wrongMethod: {
    status: 405,
    outcome: 'bad_request',
    detail: 'Connect by GET with a WebSocket upgrade.',
    remedy: 'Connect with a WebSocket client; readings are not taken by POST.',
  },
  incomplete: {
    status: 408,
    outcome: 'bad_request',
    detail: 'The request was not complete in time.',
    remedy: 'Send the whole handshake within 10 seconds of connecting.',
  },
  upgradeRequired: {
    status: 426,
    outcome: 'not_a_websocket',
    detail: 'This is a WebSocket endpoint: connect with an upgrade.',
    remedy: 'Connect with a WebSocket client; a proxy in between must pass `Upgrade` and `Connection` on.',
  },
  wrongVersion: {
    status: 426,
    outcome: 'bad_request',
    detail: 'Sec-WebSocket-Version is 13.',
    remedy: 'Use a client that speaks RFC 6455.',
  },
  addressLimit: {
    status: 429,
    outcome: 'address_limit',
    detail: 'Too many connections come from this address.',
    remedy:
      'Connect again after `Retry-After` seconds. If all come through one proxy: higher GATEWAY_ADDRESS_MAX_CONNECTIONS and GATEWAY_ADDRESS_RATE, or 0.',
  },
  tooManyHandshakes: SHARED_REFUSALS.tooManyHandshakes,
  headersTooLarge: {
    status: 431,
    outcome: 'bad_request',
    detail: `The headers are larger than ${MAX_HEADER_BYTES} bytes.`,
    remedy: 'Send fewer headers: cookies do not belong here.',
  },
  overloaded: {
    status: 503,
    outcome: 'overloaded',
    detail: 'The gateway is at its limit.',
    remedy:
      'Connect again after `Retry-After` seconds. If it lasts: more gateways, or higher GATEWAY_MAX_CONNECTIONS and GATEWAY_REFUSE_BYTES.',
  },
  stopping: {
    status: 503,
    outcome: 'stopping',
    detail: 'The gateway is stopping.',
    remedy:
      'Connect again after `Retry-After` seconds: another gateway, or this one again, takes the connection.',
  },
} as const satisfies Record<string, Refused>;

export type RefusalName = keyof typeof REFUSALS;
