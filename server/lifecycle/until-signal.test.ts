import pino from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { untilSignal } from './until-signal.js';

const options = { logger: pino({ level: 'silent' }), stopTimeoutMs: 60_000 };

/** Resolves when the signal aborts. */
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('untilSignal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('aborts at %s and waits until main has stopped', async (name) => {
    let stopped = false;
    const running = untilSignal(async (signal) => {
      await aborted(signal);
      stopped = true;
    }, options);
    process.emit(name, name);
    await running;
    expect(stopped).toBe(true);
  });

  it('takes the echo of a signal for the same one, and ends at once at a later second', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    let finish = (): void => undefined;
    const running = untilSignal(() => new Promise<void>((resolve) => (finish = resolve)), options);
    process.emit('SIGINT', 'SIGINT');
    vi.advanceTimersByTime(20);
    process.emit('SIGINT', 'SIGINT');
    expect(exit).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    process.emit('SIGINT', 'SIGINT');
    expect(exit).toHaveBeenCalledWith(130);
    finish();
    await running;
  });

  it('ends the process when stopping takes longer than its limit', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    let finish = (): void => undefined;
    const running = untilSignal(() => new Promise<void>((resolve) => (finish = resolve)), options);
    process.emit('SIGTERM', 'SIGTERM');
    vi.advanceTimersByTime(60_000);
    expect(exit).toHaveBeenCalledWith(1);
    finish();
    await running;
  });

  it('leaves no listener behind, whether main ends or fails', async () => {
    const before = process.listenerCount('SIGTERM');
    await untilSignal(() => Promise.resolve(), options);
    await expect(untilSignal(() => Promise.reject(new Error('x')), options)).rejects.toThrow('x');
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
