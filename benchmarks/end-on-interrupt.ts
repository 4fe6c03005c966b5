import { setTimeout as delay } from 'node:timers/promises';
import { descendantsOf } from './descendants.js';

/** What is sent to whoever has not ended, in milliseconds after the interrupt. */
const STEPS = [
  [0, 'SIGINT'],
  [1_500, 'SIGTERM'],
  [15_000, 'SIGKILL'],
] as const satisfies readonly (readonly [number, NodeJS.Signals])[];
const POLL_MS = 50;

/**
 * Ctrl-C, and SIGTERM: ends every process of the run wherever its suite is, then calls `remove`, then exits with 130 or 143.
 * A suite's own clean-up may be hours of work away. SIGINT first, on which PostgreSQL shuts down at once rather than wait for its
 * clients; then SIGTERM, since what a shell started in the background, as Kafka is, takes no SIGINT; SIGKILL after 15 s.
 *
 * @returns resolves never once an interrupt came, and at once before: whoever fails because its children ended waits on it,
 * so that it doesn't end the process before all is removed.
 */
export function endOnInterrupt(remove: () => void): () => Promise<void> {
  let isEnding = false;
  const end = async (exitCode: number): Promise<void> => {
    console.error('interrupted: ending what was started');
    // A connection that a suite holds open reports the end of its server, and nobody listens any more.
    process.on('uncaughtException', () => undefined);
    try {
      await endDescendants();
      remove();
    } catch (error) {
      console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    }
    process.exit(exitCode);
  };
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => {
      // A terminal's Ctrl-C may come from npm as well.
      if (isEnding) return;
      isEnding = true;
      void end(exitCode);
    });
  }
  return () => (isEnding ? new Promise(() => undefined) : Promise.resolve());
}

/** Ends those that a failing suite starts meanwhile, too. */
async function endDescendants(): Promise<void> {
  const startedAt = Date.now();
  const taken = new Map<number, number>();
  for (;;) {
    const running = descendantsOf(process.pid);
    if (running.length === 0) return;
    for (const pid of running) {
      const next = taken.get(pid) ?? 0;
      const step = STEPS[next];
      if (step === undefined || Date.now() - startedAt < step[0]) continue;
      taken.set(pid, next + 1);
      signal(pid, step[1]);
    }
    await delay(POLL_MS);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself in between.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
