import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  CLOSE,
  FrameReader,
  PING,
  pongFrame,
  TEXT,
  textFrame,
  UPGRADE_END,
  upgradeRequest,
} from '../wire.js';

export interface LiveSocketOptions {
  readonly port: number;
  /** Text that is sent once it is open; null: nothing, as to a bare server. */
  readonly subscribe: string | null;
  /** Gets each text frame. Absent: bytes are counted and nothing else, which costs least. */
  readonly onText?: (payload: Buffer) => void;
  readonly onBytes?: (bytes: number) => void;
}

/**
 * One subscriber that costs next to nothing: plain TCP. Resolves when the server has said that what comes next happens now, or,
 * where nothing is asked of it, when the socket is open. An end that wasn't asked for ends the process: what is measured would be another thing.
 */
export async function openLiveSocket(options: LiveSocketOptions): Promise<Socket> {
  const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  socket.write(upgradeRequest('/live', false));
  let head: Buffer | null = Buffer.alloc(0);
  let isLive = false;
  await new Promise<void>((resolve, reject) => {
    const live = (): void => {
      isLive = true;
      resolve();
    };
    const reader = new FrameReader((opcode, payload) => {
      if (opcode === PING) socket.write(pongFrame(payload));
      else if (opcode === CLOSE) reject(new Error(`the server closes: ${payload.subarray(2).toString()}`));
      else if (opcode === TEXT && isLive) options.onText?.(payload);
      else if (payload.includes('"state":"live"')) live();
      else if (payload.includes('"type":"ERROR"')) reject(new Error(payload.toString()));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a socket')));
    socket.on('data', (chunk: Buffer) => {
      if (head !== null) {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf(UPGRADE_END);
        if (end < 0) return;
        if (!head.toString('latin1').startsWith('HTTP/1.1 101')) {
          reject(new Error(`the handshake failed: ${head.toString('latin1', 0, 200)}`));
          return;
        }
        chunk = head.subarray(end + UPGRADE_END.length);
        head = null;
        if (options.subscribe === null) live();
        else socket.write(textFrame(options.subscribe));
      } else if (isLive) options.onBytes?.(chunk.length);
      // Frames are cut only where somebody looks at them, save those that the server wants an answer to.
      if (!isLive || options.onText !== undefined) reader.read(chunk);
      else if (chunk[0] === 0x89) socket.write(pongFrame(chunk.subarray(2, 2 + ((chunk[1] ?? 0) & 0x7f))));
    });
  });
  return socket;
}

/** All of `count`, some hundred at once. */
export async function openAll(
  count: number,
  open: (index: number) => Promise<Socket>,
): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const from = sockets.length;
    const group = Array.from({ length: Math.min(200, count - from) }, (_, index) => open(from + index));
    sockets.push(...(await Promise.all(group)));
  }
  return sockets;
}
