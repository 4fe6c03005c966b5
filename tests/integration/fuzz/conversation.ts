import { once } from 'node:events';
import { WebSocket } from 'ws';
import { until } from '../../integrity/until.js';

/** Sends all texts over a socket of their own, without waiting in between, and returns what was answered, in its order. */
export async function converse(
  url: string,
  subprotocol: string | null,
  talk: {
    readonly texts: readonly string[];
    readonly answers: number;
    readonly last: string;
    readonly isLast: RegExp;
  },
): Promise<string[]> {
  const socket = new WebSocket(url, subprotocol ?? [], { perMessageDeflate: false });
  const received: string[] = [];
  let closed: string | null = null;
  socket.on('message', (data: Buffer) => received.push(data.toString('utf8')));
  socket.on('close', (code, reason) => (closed = `${code} ${reason.toString()}`));
  try {
    await once(socket, 'open');
    for (const text of talk.texts) socket.send(text);
    await until(
      `${talk.answers} answers have come`,
      () => {
        if (closed !== null) throw new Error(`the socket was closed: ${closed}`);
        if (received.length < talk.answers)
          throw new Error(`${received.length} came: ${received.join('\n')}`);
        return true;
      },
      20_000,
    );
    // Whatever was answered twice comes before the answer to one more message.
    socket.send(talk.last);
    await until(
      'the last message is answered',
      () => received.some((text) => talk.isLast.test(text)),
      20_000,
    );
    return received.filter((text) => !talk.isLast.test(text));
  } finally {
    socket.terminate();
  }
}
