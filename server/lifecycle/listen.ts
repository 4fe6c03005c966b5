import type { Server } from 'node:net';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';

/** Connections that wait to be accepted: a storm of reconnects fills Node's default of 511 (the kernel may allow fewer). */
const BACKLOG = 4096;

/** Listens and resolves with the port (port 0 takes any free one). Rejects with PORT_IN_USE naming the variable to change. */
export async function listen(
  server: Server,
  address: { readonly host: string; readonly port: number },
  variable: string,
): Promise<number> {
  await new Promise<void>((listening, failed) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const where = `${address.host}:${address.port}`;
      if (error.code === 'EADDRINUSE') {
        failed(
          new MeterpulseError('PORT_IN_USE', `${where} is in use by another program.`, {
            cause: error,
            remedy: `Set ${variable} to another port (0 takes any free one), or stop what listens there.`,
          }),
        );
      } else failed(error);
    };
    server.once('error', fail);
    server.listen({ port: address.port, host: address.host, backlog: BACKLOG }, () => {
      server.off('error', fail);
      listening();
    });
  });
  const bound = server.address();
  return bound !== null && typeof bound === 'object' ? bound.port : address.port;
}
