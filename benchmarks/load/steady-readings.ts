import { setTimeout as delay } from 'node:timers/promises';
import type { Numbering } from './compare-ledger.js';
import type { Ledger } from './ledger.js';
import type { LoadSocket } from './load-socket.js';
import { answeredNumber, MOST_READINGS, uniqueReading } from './unique-readings.js';

export interface SteadyRequest {
  /** Of this client's sockets together. */
  readonly perSecond: number;
  /** Only those that came last send, so many; default: all. */
  readonly newest?: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface SteadyResult {
  readonly sent: number;
  readonly refused: number;
  /** From when each was due until its acknowledgement, of those due after the warm-up, ms. */
  readonly latenciesMs: readonly number[];
  /** From the first one due after the warm-up until the last answer. */
  readonly seconds: number;
  /** How late they left, of the same ones, ms: the client's own share of the latencies. */
  readonly latestSendMs: number;
  /** Of this process, while it sent. */
  readonly cpuSeconds: number;
}

/** The longest wait for answers after the last reading was sent. */
const ANSWERS_TIMEOUT_MS = 60_000;

/**
 * Unique readings at a rate, whatever the server does; latencies count from when each was due, so that a stall shows in full.
 * Each socket's timestamps rise.
 *
 * @param answers is given what is to be called with each answer.
 */
export async function steadyReadings(
  { perSecond, warmUpMs, measureMs }: SteadyRequest,
  sockets: readonly LoadSocket[],
  ledger: Ledger,
  { first, step }: Numbering,
  answers: (onAnswer: (client: LoadSocket, accepted: boolean, answer: Buffer) => void) => void,
): Promise<SteadyResult> {
  if (sockets.length === 0) throw new Error('nobody is connected');
  const began = performance.now();
  const beganAt = Date.now();
  const measuredFrom = began + warmUpMs;
  const latenciesMs: number[] = [];
  const total = Math.floor(((warmUpMs + measureMs) / 1_000) * perSecond);
  const sentBefore = ledger.sent;
  if ((sentBefore + total) * step >= MOST_READINGS)
    throw new RangeError('more readings than there are numbers');
  let [sent, refused, latestSendMs] = [0, 0, 0];
  let allAnswered = (): void => undefined;
  const answered = new Promise<void>((resolve) => (allAnswered = resolve));
  answers((_, accepted, answer) => {
    const dueAt = ledger.answer((answeredNumber(answer) - first) / step, accepted);
    if (!accepted) refused++;
    // In hundredths: what is handed over is text.
    if (dueAt >= measuredFrom) latenciesMs.push(Math.round((performance.now() - dueAt) * 100) / 100);
    if (sent === total && ledger.answered === ledger.sent) allAnswered();
  });
  const cpu = process.cpuUsage();
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond));
    for (; sent < due; sent++) {
      // A prime step: neighbours in time are no neighbours in the order of connecting.
      const client = sockets[((sentBefore + sent) * 7_919) % sockets.length];
      if (client === undefined) throw new RangeError('no such socket');
      const dueAfterMs = (sent / perSecond) * 1_000;
      const at = beganAt + Math.floor(dueAfterMs);
      const place = ledger.add(client.index, at, began + dueAfterMs);
      client.socket.write(uniqueReading(first + place * step, at));
      if (dueAfterMs >= warmUpMs) {
        latestSendMs = Math.max(latestSendMs, performance.now() - began - dueAfterMs);
      }
    }
    await delay(1);
  }
  const { user, system } = process.cpuUsage(cpu);
  await Promise.race([answered, delay(ANSWERS_TIMEOUT_MS, undefined, { ref: false })]);
  const unanswered = ledger.sent - ledger.answered;
  if (unanswered > 0) throw new Error(`${unanswered} readings were never answered`);
  return {
    ...{ sent, refused, latenciesMs, latestSendMs },
    seconds: (performance.now() - measuredFrom) / 1_000,
    cpuSeconds: (user + system) / 1e6,
  };
}
