import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { AnswerReader, pongFrame, UPGRADE_END, upgradeRequest } from '../wire.js';

/** What the path of a charge point ends with is this and its number. */
export const CHARGE_POINT_PREFIX = 'BENCH-';

/** One of many sockets: plain TCP, whose answers are told apart by their bytes. */
export interface LoadSocket {
  readonly socket: Socket;
  /** Number of its charge point. */
  readonly index: number;
  /** What it sends in turn. */
  readonly frames: readonly Buffer[];
  next: number;
  readonly sentAt: number[];
}

export interface LoadSocketEvents {
  onAnswer(client: LoadSocket, accepted: boolean, answer: Buffer): void;
  /** The server says that it closes. */
  onClose(client: LoadSocket, reason: string): void;
  /** The connection is gone. */
  onGone(client: LoadSocket): void;
}

export interface LoadSocketOptions {
  readonly port: number;
  readonly endpoint: 'ocpp' | 'ingest';
  readonly index: number;
  readonly frames: readonly Buffer[];
  /** Where it comes from; undefined: 127.0.0.1. */
  readonly localAddress?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: { readonly ca: string } | undefined;
}

let trust: { readonly ca: string; readonly context: SecureContext } | undefined;

/** Made once: reading certificates anew for each socket would be what is measured. */
function trusting(ca: string): SecureContext {
  if (trust?.ca !== ca) trust = { ca, context: createSecureContext({ ca }) };
  return trust.context;
}

/** Connects one socket. Rejects when it isn't let in. */
export async function connectLoadSocket(
  { port, endpoint, index, frames, localAddress, password, tls }: LoadSocketOptions,
  events: LoadSocketEvents,
): Promise<LoadSocket> {
  const address = { port, host: '127.0.0.1', ...(localAddress === undefined ? {} : { localAddress }) };
  const socket =
    tls === undefined
      ? connect({ ...address, noDelay: true })
      : connectTls({ ...address, secureContext: trusting(tls.ca) });
  await once(socket, tls === undefined ? 'connect' : 'secureConnect');
  if (tls !== undefined) socket.setNoDelay();
  const isOcpp = endpoint === 'ocpp';
  const id = `${CHARGE_POINT_PREFIX}${index}`;
  const authorization =
    password === undefined ? undefined : `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`;
  socket.write(upgradeRequest(isOcpp ? `/ocpp/${id}` : '/ingest', isOcpp, authorization));
  const next = frames.length === 0 ? 0 : (index * 7) % frames.length;
  const made: LoadSocket = { socket, index, frames, next, sentAt: [] };
  let head: Buffer | undefined = Buffer.alloc(0);
  await new Promise<void>((upgraded, failed) => {
    const reader = new AnswerReader(
      (accepted, answer) => events.onAnswer(made, accepted, answer),
      (payload) => socket.write(pongFrame(payload)),
      (reason) => events.onClose(made, reason),
    );
    socket.on('error', failed);
    socket.on('close', () => {
      events.onGone(made);
      failed(new Error('the server closed during the handshake'));
    });
    socket.on('data', (chunk: Buffer) => {
      if (head === undefined) {
        reader.read(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(UPGRADE_END);
      if (end < 0) return;
      if (!head.toString('latin1').startsWith('HTTP/1.1 101')) {
        failed(new Error(`the handshake failed: ${head.toString('latin1', 0, 200)}`));
        return;
      }
      // A first frame, such as a ping, may have come along.
      const first = head.subarray(end + UPGRADE_END.length);
      head = undefined;
      upgraded();
      reader.read(first);
    });
  });
  return made;
}
