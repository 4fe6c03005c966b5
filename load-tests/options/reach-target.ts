import { randomBytes } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Target } from './options.js';

const TIMEOUT_MS = 5_000;

/** Throws one line when something else than a gateway, a live feed or an API answers at the target's URLs, or nothing does. */
export async function reachTarget(target: Target | null): Promise<void> {
  if (target === null) return;
  const { gatewayUrl, liveUrl, apiUrl } = target;
  await reach('a gateway', gatewayUrl, '/ocpp/LOAD-REACHED', upgradeTo('ocpp1.6'));
  if (liveUrl !== null) await reach('a live feed', liveUrl, '/live', upgradeTo(null));
  if (apiUrl !== null) await reach('an API', apiUrl, '/v1/stats', {});
}

/** `ws` of this package is Artillery's, and older than ours: a handshake is one request. */
function upgradeTo(protocol: string | null): Record<string, string> {
  return {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    ...(protocol === null ? {} : { 'sec-websocket-protocol': protocol }),
  };
}

async function reach(
  what: string,
  url: string,
  path: string,
  headers: Record<string, string>,
): Promise<void> {
  const { protocol } = new URL(url);
  const send = ['wss:', 'https:'].includes(protocol) ? secureRequest : plainRequest;
  const isUpgrade = 'upgrade' in headers;
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`no answer of ${what} at ${url}: ${why}`));
    const asked = send(`${url.replace(/^ws/, 'http')}${path}`, {
      headers,
      timeout: TIMEOUT_MS,
      agent: false,
    });
    asked.once('timeout', () => {
      fail(`nothing within ${TIMEOUT_MS / 1_000} s`);
      asked.destroy();
    });
    asked.once('error', (error) => fail(reasonOf(error)));
    asked.once('upgrade', (_, socket) => {
      socket.destroy();
      resolve();
    });
    asked.once('response', ({ statusCode = 0, headers: { 'content-type': type = '' } }) => {
      if (isUpgrade) fail(`${statusCode}, and no WebSocket`);
      else if (statusCode !== 200 || !type.startsWith('application/json'))
        fail(`${statusCode} ${type}`.trim());
      else resolve();
      asked.destroy();
    });
    asked.end();
  });
}

/** That several addresses of a name failed says nothing by itself: why the first one did does. */
function reasonOf(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return reasonOf(error.errors[0]);
  return error.message.trim();
}
