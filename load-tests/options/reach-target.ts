import { connect } from 'node:net';
import type { Target } from './options.js';

const TIMEOUT_MS = 5_000;
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'ws:': 80,
  'http:': 80,
  'wss:': 443,
  'https:': 443,
};

/** Throws one line when one of the target's URLs takes no connections. */
export async function reachTarget(target: Target | null): Promise<void> {
  if (target === null) return;
  for (const url of [target.gatewayUrl, target.liveUrl, target.apiUrl])
    if (url !== null) await reach(new URL(url));
}

function reach({ hostname, port, protocol, href }: URL): Promise<void> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: port === '' ? (DEFAULT_PORTS[protocol] ?? 80) : Number(port) });
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Error(`nothing answers at ${href.replace(/\/$/, '')}: ${why}`));
    };
    socket.setTimeout(TIMEOUT_MS, () => fail(`no connection within ${TIMEOUT_MS / 1_000} s`));
    socket.once('error', (error) =>
      fail(error.message === '' ? String(Reflect.get(error, 'code')) : error.message),
    );
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
