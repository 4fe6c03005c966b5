import { createServer, type AddressInfo, type Server } from 'node:net';

/** Below the ports that Linux (from 32,768) and others give to outgoing connections: those take theirs at any moment. */
const LOWEST = 12_000;
/** Ports that one process takes in turn, so that none gets what another one is about to listen on. */
const SHARE = 200;
const SHARES = 100;

const share = LOWEST + (process.pid % SHARES) * SHARE;
let next = Math.floor(Math.random() * SHARE);

/** Ports that were free a moment ago, all different: for servers that cannot bind port 0 themselves. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  while (servers.length < count) {
    const server = await listen(share + (next++ % SHARE));
    if (server !== null) servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** null: in use. */
function listen(port: number): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
