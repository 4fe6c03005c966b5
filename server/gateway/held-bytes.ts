import type { ByteBudget } from './byte-budget.js';
import type { Connection } from './connection.js';

/**
 * Measures what sockets hold outside the log's way: frames that have begun and don't end, answers that nobody reads.
 * Neither is freed by the log, so when they alone would keep all others paused the greediest holders are cut off.
 * One look at a counter for each socket: 20,000 take a few milliseconds.
 */
export function weighHeldBytes(
  connections: ReadonlySet<Connection>,
  budget: ByteBudget,
  limitBytes: number,
): void {
  let held = 0;
  for (const connection of connections) held += connection.heldBytes;
  if (held > limitBytes) {
    const greediest = [...connections]
      .map((connection) => ({ connection, bytes: connection.heldBytes }))
      .sort((a, b) => b.bytes - a.bytes);
    for (const { connection, bytes } of greediest) {
      if (held <= limitBytes / 2) break;
      connection.terminate('held_bytes');
      held -= bytes;
    }
  }
  budget.setHeld(held);
}
