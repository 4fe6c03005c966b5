import type { ConnectionOptions } from 'node:tls';
import { WebSocket, type ClientOptions } from 'ws';
import { isTaken } from './local-ports.js';
import type { Run } from './run.js';

const HANDSHAKE_TIMEOUT_MS = 30_000;
/** Other programs have a few ports, never this many in a row. */
const PORTS_PASSED_OVER = 100;

/**
 * An open socket; rejects when it doesn't open. Counts and times the attempt.
 *
 * @param shows the charge point whose password is shown; null: the key or token is.
 */
export async function openSocket(
  run: Run,
  url: string,
  protocols: readonly string[],
  shows: string | null,
): Promise<WebSocket> {
  const { recorder } = run;
  const startedAt = performance.now();
  for (let passedOver = 0; ; passedOver++) {
    try {
      const socket = await attempt(run, url, protocols, shows);
      recorder.count('sockets.opened');
      recorder.time('sockets.connect', performance.now() - startedAt);
      return socket;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (isTaken(error) && passedOver < PORTS_PASSED_OVER) continue;
      recorder.count('sockets.failed');
      // With its own port each would be an error of its own.
      recorder.error(`connect: ${error.message.replace(/ - Local .*/, '')}`);
      throw error;
    }
  }
}

function attempt(run: Run, url: string, protocols: readonly string[], shows: string | null) {
  const { recorder, settings, credentials, ports } = run;
  const { localAddress } = settings;
  const secureContext = credentials.secureContext(shows);
  const authorization = credentials.authorization(shows);
  // `ws` hands on what `tls.connect` takes.
  const options: ClientOptions & Pick<ConnectionOptions, 'secureContext'> = {
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    // Whether texts are valid UTF-8 is tested elsewhere; the load should cost little.
    skipUTF8Validation: true,
    ...(localAddress === null ? {} : { localAddress, localPort: ports.next() }),
    ...(authorization === undefined ? {} : { headers: { authorization } }),
    ...(secureContext === undefined ? {} : { secureContext }),
  };
  const socket = new WebSocket(url, [...protocols], options);
  return new Promise<WebSocket>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => {
      socket.off('error', reject);
      socket.on('error', (error) => recorder.error(`socket: ${error.message}`));
      resolve(socket);
    });
  });
}
