/** A child process of subscribers that all hear the same; some of them note when each change has come. */
import type { Socket } from 'node:net';
import { serve } from '../child.js';
import { monotonicMs } from './monotonic.js';
import { openAll, openLiveSocket } from './live-sockets.js';

export interface SubscribersRequest {
  readonly port: number;
  readonly sockets: number;
  /** Of those, spread evenly, that note what they hear. */
  readonly probes: number;
  /** Of each, by its number, where `#` stands; null: nothing is sent. */
  readonly subscribe: string | null;
}

/** Of each probe, monotonic ms by the number of the change, which is its value. */
export type Arrivals = readonly (readonly number[])[];

let sockets: readonly Socket[] = [];
let arrivals: number[][] = [];

const VALUE = /"value":(\d+)/g;

async function open({ port, sockets: count, probes, subscribe }: SubscribersRequest): Promise<void> {
  const step = Math.max(1, Math.floor(count / Math.max(1, probes)));
  arrivals = [];
  sockets = await openAll(count, (index) => {
    const isProbe = index % step === 0 && index / step < probes;
    const text = subscribe?.replaceAll('#', String(index)) ?? null;
    return openLiveSocket({ port, subscribe: text, ...(isProbe ? { onText: probe() } : {}) });
  });
}

function probe(): (payload: Buffer) => void {
  const own: number[] = [];
  arrivals.push(own);
  return (payload) => {
    const now = monotonicMs();
    for (const [, value] of payload.toString('latin1').matchAll(VALUE)) own[Number(value)] ??= now;
  };
}

/** Resolves when each probe has heard of this change. */
async function heard({ change, withinMs }: { change: number; withinMs: number }): Promise<Arrivals> {
  const deadline = monotonicMs() + withinMs;
  while (arrivals.some((own) => own[change] === undefined)) {
    if (monotonicMs() > deadline) throw new Error(`change ${change} never came`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // A hole is a change that was never told: JSON has no NaN, and 0 is no moment.
  return arrivals.map((own) => Array.from(own, (at: number | undefined) => at ?? 0));
}

function close(): void {
  for (const socket of sockets) socket.removeAllListeners('close').resetAndDestroy();
  sockets = [];
}

serve({ open, heard, close });
