import type { Knock } from './access.js';

/** Longer ones are no tokens that anybody issues, and cost memory to look at. Characters. */
const MAX_TOKEN = 8_192;
const AUTHORIZATION = /^Bearer +([\w.~+/-]+=*)$/i;
const SUBPROTOCOL = /^bearer\.([\w-]+)$/;

/** `malformed`: something that is none, or two of them. */
export type BearerToken =
  { readonly kind: 'token'; readonly token: string } | { readonly kind: 'none' | 'malformed' };

/**
 * What a request brings to say who asks: `Authorization: Bearer`, or, of a page's WebSocket, which can send no header, the
 * subprotocol `bearer.BASE64URL`.
 */
export function bearerToken({ headers }: Pick<Knock, 'headers'>): BearerToken {
  const { authorization } = headers;
  const offered = subprotocols(headers['sec-websocket-protocol']).filter((name) =>
    name.startsWith('bearer.'),
  );
  if (authorization === undefined && offered.length === 0) return { kind: 'none' };
  if (Array.isArray(authorization) || offered.length + Number(authorization !== undefined) > 1) {
    return { kind: 'malformed' };
  }
  const token = authorization === undefined ? encodedIn(offered[0]) : AUTHORIZATION.exec(authorization)?.[1];
  if (token === undefined || token.length > MAX_TOKEN) return { kind: 'malformed' };
  return { kind: 'token', token };
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
