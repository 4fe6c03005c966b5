/** The floor of fan-out: a bare `ws` server that sends one text to all its sockets, each time that one of them sends anything. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { serve } from '../child.js';
import { usage } from '../process-usage.js';

/** Of a frame that is not masked, whose length takes two bytes. */
const HEAD_BYTES = 4;

/** @param rowBytes of the frame, its head included. */
async function start(rowBytes: number): Promise<{ port: number }> {
  const text = Buffer.alloc(Math.max(0, rowBytes - HEAD_BYTES), 'x');
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', () => {
      for (const each of sockets.clients) each.send(text, { binary: false });
    });
  });
  await new Promise<void>((listening) =>
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, listening),
  );
  return { port: (server.address() as AddressInfo).port };
}

serve({ start, usage });
