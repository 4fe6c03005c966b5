import { setTimeout as delay } from 'node:timers/promises';

export const TIMED_OUT: unique symbol = Symbol('timed out');

/** What the promise resolves to, or TIMED_OUT when `ms` have passed; the promise itself goes on. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T | typeof TIMED_OUT> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(TIMED_OUT), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

/** 100 ms, doubled with each attempt up to `maxMs`, less up to a half at random, so that many don't retry as one. */
export function backoffMs(attempt: number, maxMs = 2_000): number {
  const full = Math.min(100 * 2 ** Math.min(attempt, 16), maxMs);
  return full / 2 + Math.random() * (full / 2);
}
