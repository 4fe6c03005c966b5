import { LiveError } from './live-error.js';

/** The address of a WebSocket; http and https are taken for ws and wss, and what is relative as of the page. */
export function socketUrl(option: string, address: string, base: string | undefined): string {
  const url = parse(option, address, base);
  url.protocol = url.protocol.replace('http', 'ws');
  // Browsers refuse one with a fragment.
  url.hash = '';
  if (!/^wss?:$/.test(url.protocol)) throw notOne(option, address);
  return url.href;
}

/** The address that paths are put behind: without a slash at its end. undefined stays. */
export function httpUrl(
  option: string,
  address: string | undefined,
  base: string | undefined,
): string | undefined {
  if (address === undefined) return undefined;
  const url = parse(option, address, base);
  if (!/^https?:$/.test(url.protocol)) throw notOne(option, address);
  return url.origin + url.pathname.replace(/\/$/, '');
}

/** A page can't send a header with a WebSocket's handshake: what it may choose is the subprotocol. */
export function tokenProtocols(token: string | undefined): readonly string[] {
  if (token === undefined) return [];
  const bytes = String.fromCharCode(...new TextEncoder().encode(token));
  return [
    'meterpulse',
    `bearer.${btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`,
  ];
}

function parse(option: string, address: string, base: string | undefined): URL {
  try {
    return new URL(address, base);
  } catch {
    throw notOne(option, address);
  }
}

function notOne(option: string, address: string): LiveError {
  return new LiveError('invalid-options', `${option}: ${address} is no such address`);
}
