import { WebSocket } from 'ws';
import type { Run } from './run.js';

const HANDSHAKE_TIMEOUT_MS = 30_000;

/** An open socket; rejects when it doesn't open. Counts and times the attempt. */
export function openSocket(run: Run, url: string, protocols: readonly string[]): Promise<WebSocket> {
  const { recorder, settings } = run;
  const startedAt = performance.now();
  const socket = new WebSocket(url, [...protocols], {
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    // A large scan of frames in their validity as UTF-8 is the server's task, not the load's.
    skipUTF8Validation: true,
    ...(settings.localAddress === null ? {} : { localAddress: settings.localAddress }),
  });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      recorder.count('sockets.failed');
      recorder.error(`connect: ${error.message}`);
      reject(error);
    });
    socket.once('open', () => {
      socket.removeAllListeners('error');
      socket.on('error', (error) => recorder.error(`socket: ${error.message}`));
      recorder.count('sockets.opened');
      recorder.time('sockets.connect', performance.now() - startedAt);
      resolve(socket);
    });
  });
}
