import type { Knock } from './access.js';
import { isTicket } from './tickets.js';

/** Longer ones are no tokens that anybody issues, and cost memory to look at. Characters. */
const MAX_TOKEN = 8_192;
const AUTHORIZATION = /^Bearer +([\w.~+/-]+=*)$/i;
const SUBPROTOCOL = /^bearer\.([\w-]+)$/;

/** `malformed`: something that is none, or two of them. */
export type BearerToken =
  { readonly kind: 'token'; readonly token: string } | { readonly kind: 'none' | 'malformed' };

/**
 * What a request brings to say who asks: `Authorization: Bearer`, or, of a page's WebSocket, which can send no header, the
 * subprotocol `bearer.BASE64URL`. A handshake may bring a ticket, and nothing else, by its address: `?ticket=`.
 */
export function bearerToken({ headers, handshake }: Pick<Knock, 'headers' | 'handshake'>): BearerToken {
  const { authorization } = headers;
  const offered = subprotocols(headers['sec-websocket-protocol']).filter((name) =>
    name.startsWith('bearer.'),
  );
  const tickets = ticketsIn(handshake);
  const shown = offered.length + tickets.length + Number(authorization !== undefined);
  if (shown === 0) return { kind: 'none' };
  if (Array.isArray(authorization) || shown > 1) return { kind: 'malformed' };
  const [ticket] = tickets;
  if (ticket !== undefined)
    return isTicket(ticket) ? { kind: 'token', token: ticket } : { kind: 'malformed' };
  const token = authorization === undefined ? encodedIn(offered[0]) : AUTHORIZATION.exec(authorization)?.[1];
  if (token === undefined || token.length > MAX_TOKEN) return { kind: 'malformed' };
  return { kind: 'token', token };
}

function ticketsIn(handshake = ''): readonly string[] {
  const query = handshake.indexOf('?');
  return query < 0 ? [] : new URLSearchParams(handshake.slice(query)).getAll('ticket');
}

function subprotocols(header: string | string[] | undefined): readonly string[] {
  return String(header ?? '')
    .split(',')
    .map((name) => name.trim());
}

function encodedIn(subprotocol = ''): string | undefined {
  const encoded = SUBPROTOCOL.exec(subprotocol)?.[1];
  if (encoded === undefined || encoded.length > 2 * MAX_TOKEN) return undefined;
  const token = Buffer.from(encoded, 'base64url').toString('utf8');
  return AUTHORIZATION.test(`Bearer ${token}`) ? token : undefined;
}
