import { setTimeout as delay } from 'node:timers/promises';

const STEP_MS = 20;

/**
 * Calls `close` for each socket, evenly over `drainMs`: a restart must not make all clients come back in one second.
 * Resolves after the last call.
 */
export async function drainEvenly<T>(
  sockets: readonly T[],
  drainMs: number,
  close: (socket: T) => void,
): Promise<void> {
  const startedAt = performance.now();
  let next = 0;
  while (next < sockets.length) {
    const elapsed = performance.now() - startedAt;
    const due = elapsed >= drainMs ? sockets.length : Math.floor((elapsed / drainMs) * sockets.length) + 1;
    for (const socket of sockets.slice(next, due)) close(socket);
    next = Math.max(next, due);
    if (next < sockets.length) await delay(STEP_MS);
  }
}
