import { randomBytes } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { SecureContext } from 'node:tls';
import type { Credentials } from '../../client/transport/credentials.js';
import { hearLiveFeed } from './hear-live-feed.js';
import type { LoadOptions } from './options.js';
import { refusalOf, remedyOfFailure, type Door } from './refusal-of.js';
import { scenarioKind } from './scenarios.js';

const TIMEOUT_MS = 5_000;

/**
 * Throws one line when something else than a gateway, a live feed or an API answers at the target's URLs, nothing does, or these
 * credentials don't do for what the scenarios ask of it.
 *
 * @param chargePointIds those that will connect, of which one knocks.
 */
export async function reachTarget(
  { target, files, scenarios }: Pick<LoadOptions, 'target' | 'files' | 'scenarios'>,
  chargePointIds: readonly string[],
  credentials: Credentials,
): Promise<void> {
  if (target === null) return;
  const { gatewayUrl, liveUrl, apiUrl } = target;
  const [first = ''] = chargePointIds;
  const id = files.passwordsFile === undefined ? 'LOAD-REACHED' : first;
  const key = credentials.authorization(null);
  const secureContext = credentials.secureContext(null);
  const knock = (door: Door, url: string, path: string, headers: Record<string, string>) =>
    reach({ door, url, path, headers, files, secureContext });
  const upgrade = (protocol: string | null, authorization: string | undefined) => ({
    ...upgradeTo(protocol),
    ...authorized(authorization),
  });
  const password = credentials.authorization(id);
  await knock('gateway', gatewayUrl, `/ocpp/${encodeURIComponent(id)}`, upgrade('ocpp1.6', password));
  if (scenarios.some((name) => scenarioKind(name).sendsReadings))
    await knock('ingest', gatewayUrl, '/ingest', upgrade(null, key));
  if (liveUrl !== null) {
    await knock('live', liveUrl, '/live', upgrade(null, key));
    await hearLiveFeed(liveUrl, files, credentials);
  }
  if (apiUrl !== null) await knock('api', apiUrl, '/v1/stats', authorized(key));
}

function authorized(authorization: string | undefined): Record<string, string> {
  return authorization === undefined ? {} : { authorization };
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

interface Knock extends Pick<LoadOptions, 'files'> {
  readonly secureContext: SecureContext | undefined;
  readonly door: Door;
  readonly url: string;
  readonly path: string;
  readonly headers: Record<string, string>;
}

const WHAT: Readonly<Record<Door, string>> = {
  gateway: 'a gateway',
  ingest: 'a gateway',
  live: 'a live feed',
  api: 'an API',
};

async function reach({ door, url, path, headers, files, secureContext }: Knock): Promise<void> {
  const { protocol } = new URL(url);
  const send = ['wss:', 'https:'].includes(protocol) ? secureRequest : plainRequest;
  const isUpgrade = 'upgrade' in headers;
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`no answer of ${WHAT[door]} at ${url}: ${why}`));
    const asked = send(`${url.replace(/^ws/, 'http')}${path}`, {
      headers,
      timeout: TIMEOUT_MS,
      agent: false,
      ...(secureContext === undefined ? {} : { secureContext }),
    });
    asked.once('timeout', () => {
      fail(`nothing within ${TIMEOUT_MS / 1_000} s`);
      asked.destroy();
    });
    asked.once('error', (error) => fail(remedyOfFailure(reasonOf(error))));
    asked.once('upgrade', (_, socket) => {
      socket.destroy();
      resolve();
    });
    asked.once('response', ({ statusCode = 0, headers: { 'content-type': type = '' } }) => {
      const refusal = refusalOf(door, statusCode, files);
      if (refusal !== null) reject(new Error(`${WHAT[door]} at ${url} ${refusal}`));
      else if (isUpgrade) fail(`${statusCode}, and no WebSocket`);
      else if (statusCode !== 200 || !type.startsWith('application/json'))
        fail(`${statusCode} ${type}`.trim());
      else resolve();
      asked.destroy();
    });
    asked.end();
  });
}

/** That several addresses of a name failed says nothing by itself: why the first one did does. */
function reasonOf(error: Error): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return reasonOf(error.errors[0]);
  return error;
}
