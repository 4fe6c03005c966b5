import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { produceAnswer } from './produce-answer-bytes.js';
import { ConnectionLostError, ProduceConnection } from './produce-connection.js';
import type { ProduceRequest } from './produce-request.js';

const message = { key: 'k', value: 'v', keyBytes: 1, valueBytes: 1 };
const REQUEST: ProduceRequest = {
  ...{ clientId: 'c', topic: 'meter-readings', timeoutMs: 1_000, timestamp: 0 },
  partitions: new Map([[0, [message]]]),
};

function framed(answer: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(answer.length);
  return Buffer.concat([length, answer]);
}

describe('a connection for produce requests', () => {
  let broker: Server;
  let connection: ProduceConnection;
  /** The broker's side, once a request has come. */
  let peer: Socket;
  let requested: Promise<void>;

  beforeEach(async () => {
    broker = createServer();
    await new Promise<void>((listening) => broker.listen(0, '127.0.0.1', listening));
    requested = once(broker, 'connection').then(async ([socket]) => {
      peer = socket as Socket;
      peer.on('error', () => undefined);
      await once(peer, 'data');
    });
    connection = new ProduceConnection({ host: '127.0.0.1', port: (broker.address() as AddressInfo).port });
  });
  afterEach(() => {
    connection.close();
    broker.close();
  });

  it('settles each request by its own answer, whatever pieces they come in', async () => {
    const sent = [connection.send(REQUEST), connection.send(REQUEST), connection.send(REQUEST)];
    const settled = Promise.allSettled(sent);
    await requested;
    const answers = Buffer.concat([[0], [3], [0]].map((codes, id) => framed(produceAnswer(id, codes))));
    for (const byte of answers.subarray(0, 50)) peer.write(Buffer.from([byte]));
    peer.write(answers.subarray(50));
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(sent[1]).rejects.toMatchObject({ type: 'UNKNOWN_TOPIC_OR_PARTITION' });
    expect(connection.isUsable).toBe(true);
  });

  it.each([
    ['closes', () => peer.end()],
    ['answers what nobody asked', () => peer.write(framed(produceAnswer(99, [0])))],
    ['announces an endless answer', () => peer.write(Buffer.from([127, 0, 0, 0]))],
    ['announces an answer of negative length', () => peer.write(Buffer.alloc(4, 255))],
    ['cuts an answer off', () => peer.write(framed(produceAnswer(0, [0]).subarray(0, 20)))],
  ])('fails whoever waits, and whoever comes later, when the broker %s', async (_what, act) => {
    const sent = connection.send(REQUEST);
    const failed = expect(sent).rejects.toBeInstanceOf(ConnectionLostError);
    await requested;
    act();
    await failed;
    expect(connection.isUsable).toBe(false);
    await expect(connection.send(REQUEST)).rejects.toMatchObject({ retriable: true });
  });

  it('fails when nobody listens', async () => {
    const { port } = broker.address() as AddressInfo;
    connection.close();
    await new Promise((closed) => broker.close(closed));
    const refused = new ProduceConnection({ host: '127.0.0.1', port });
    await expect(refused.send(REQUEST)).rejects.toBeInstanceOf(ConnectionLostError);
  });
});
