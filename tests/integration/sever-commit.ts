import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SeveringProxy {
  readonly url: string;
  /** How often a COMMIT was severed. */
  readonly severed: number;
  /** The next COMMIT loses its connection. */
  severNext(): void;
  close(): Promise<void>;
}

/** What a message that commits ends with, alone in it or behind what is the last act of the transaction. */
const COMMIT = Buffer.from('commit\0', 'latin1');

/**
 * A proxy in front of PostgreSQL that can lose the connection at COMMIT: `before` it reaches the server, or `after` the
 * server has done it and before the client hears so.
 */
export async function severCommit(databaseUrl: string, when: 'before' | 'after'): Promise<SeveringProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let armed = false;
  let severed = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let answerIsLost = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (armed && chunk.includes(COMMIT)) {
        armed = false;
        severed += 1;
        if (when === 'before') {
          client.destroy();
          return;
        }
        answerIsLost = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (answerIsLost) client.destroy();
      else client.write(chunk);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    get severed() {
      return severed;
    },
    severNext: () => {
      armed = true;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
