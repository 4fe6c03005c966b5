import type { TlsMode } from '../../config/tls-variables.js';

/** How the URL of a listener begins. */
export function http(mode: TlsMode): 'http' | 'https' {
  return mode === 'off' ? 'http' : 'https';
}

export function websocket(mode: TlsMode): 'ws' | 'wss' {
  return mode === 'off' ? 'ws' : 'wss';
}
