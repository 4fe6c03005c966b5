import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { SECURITY_HEADERS } from '../../helpers/security-headers.js';

/** A plain HTTP answer instead of a socket. */
export interface HttpRefusal {
  readonly status: number;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The refusal as a problem document (RFC 9457). */
export function problem(refused: HttpRefusal): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[refused.status] ?? 'Error',
    status: refused.status,
    detail: refused.detail,
  });
  return {
    headers: {
      ...SECURITY_HEADERS,
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
      ...refused.headers,
    },
    body,
  };
}

/** Answers on a raw socket, where `http` has handed over, and ends it. */
export function writeRefusal(socket: Duplex, refused: HttpRefusal): void {
  const { headers, body } = problem(refused);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', ignore);
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status] ?? ''}\r\n${lines.join('')}\r\n${body}`,
  );
}

/** A peer that hangs up before it has read its refusal is no concern of ours. */
function ignore(): void {
  // Nothing to be done: the socket is destroyed already.
}
