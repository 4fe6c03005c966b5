import { setImmediate as breath } from 'node:timers/promises';

export interface ByCertificate {
  readonly certificateSerial: string | null;
  revoked(): void;
}

/** Looked at before others get their turn: each certificate is decoded anew, some 50 microseconds. */
const AT_ONCE = 200;

/** Closes the sockets of charge points whose certificates are taken back; they can't come in again. */
export async function closeRevoked(
  connections: Iterable<ByCertificate>,
  serials: ReadonlySet<string>,
): Promise<void> {
  let seen = 0;
  for (const connection of [...connections]) {
    const serial = connection.certificateSerial;
    if (serial !== null && serials.has(serial)) connection.revoked();
    if (++seen % AT_ONCE === 0) await breath();
  }
}
