import { createServer } from 'node:net';
import { listen } from '../lifecycle/listen.js';

/**
 * A port that is free now. Chosen before anything is forked, since a process that is started again must listen on the
 * same one: the cluster forgets a port 0 together with the last process that listened on it.
 */
export async function freePort(host: string): Promise<number> {
  const server = createServer();
  const port = await listen(server, { host, port: 0 }, 'GATEWAY_PORT');
  await new Promise((closed) => server.close(closed));
  return port;
}
