import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../statistics.js';
import type { LoadSocket } from './load-socket.js';

export interface ClosedLoopRequest {
  /** Messages under way on each socket. */
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface ClosedLoopResult {
  readonly acknowledged: number;
  /** Answers that are no acknowledgement. */
  readonly refused: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of this process, while it was measured. */
  readonly cpuSeconds: number;
}

function send(client: LoadSocket): void {
  const frame = client.frames[client.next];
  client.next = (client.next + 1) % client.frames.length;
  client.sentAt.push(performance.now());
  if (frame !== undefined) client.socket.write(frame);
}

/** Each socket sends its next message when one was answered. @param answers is given what is to be called with each answer. */
export async function closedLoop(
  { inFlight, warmUpMs, measureMs }: ClosedLoopRequest,
  clients: readonly LoadSocket[],
  answers: (onAnswer: (client: LoadSocket, accepted: boolean) => void) => void,
): Promise<ClosedLoopResult> {
  let state: 'warm-up' | 'measured' | 'over' = 'warm-up';
  let acknowledged = 0;
  let refused = 0;
  let outstanding = clients.length * inFlight;
  const latencies: number[] = [];
  const drained = new Promise<void>((resolve) => {
    answers((client, accepted) => {
      // Answers come in the order of the messages of one socket, or so late that the order changes little.
      const sentAt = client.sentAt.shift() ?? NaN;
      if (!accepted) refused++;
      else if (state === 'measured') {
        acknowledged++;
        latencies.push(performance.now() - sentAt);
      }
      if (state !== 'over') send(client);
      else if (--outstanding === 0) resolve();
    });
  });
  for (const client of clients) for (let sent = 0; sent < inFlight; sent++) send(client);
  await delay(warmUpMs);
  const cpu = process.cpuUsage();
  const started = performance.now();
  state = 'measured';
  await delay(measureMs);
  state = 'over';
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  await Promise.race([drained, delay(60_000, undefined, { ref: false })]);
  if (outstanding > 0) throw new Error(`${outstanding} messages were never answered`);
  return {
    acknowledged,
    refused,
    seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuSeconds: (user + system) / 1e6,
  };
}
