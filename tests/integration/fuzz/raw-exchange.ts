import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** A server that has not done with a connection by then hangs. */
const HANG_MS = 20_000;

/**
 * Sends the pieces over a connection of its own and listens until `isDone`, or the server ends it; then ends it itself. Resolves with what it heard.
 * Throws when neither comes, and when the server does not let go of a connection that was ended.
 */
export async function exchangeRaw(
  port: number,
  pieces: readonly Buffer[],
  isDone: (received: Buffer) => boolean,
): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  let received = Buffer.alloc(0);
  let endedByUs = false;
  const finish = (): void => {
    endedByUs = true;
    socket.end();
  };
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (!endedByUs && isDone(received)) finish();
  });
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  const closed = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy();
      reject(
        new Error(
          `the server hangs; it has said ${JSON.stringify(received.toString('latin1').slice(0, 500))}`,
        ),
      );
    }, HANG_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  for (const piece of pieces) {
    if (!socket.writable) break;
    socket.write(piece);
    await turn();
  }
  if (isDone(received)) finish();
  await closed;
  return received;
}
