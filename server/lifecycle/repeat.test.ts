import { describe, expect, it } from 'vitest';
import { repeat } from './repeat.js';

describe('repeat', () => {
  it('runs at once and again until the signal aborts', async () => {
    const controller = new AbortController();
    let runs = 0;
    const task = (): Promise<void> => {
      if (++runs === 3) controller.abort();
      return Promise.resolve();
    };
    await repeat(task, { everyMs: 1, onError: () => undefined }, controller.signal);
    expect(runs).toBe(3);
  });

  it('goes on after a failure, and tells it', async () => {
    const controller = new AbortController();
    const errors: unknown[] = [];
    const task = (): Promise<void> => Promise.reject(new Error('database is away'));
    const onError = (error: unknown): void => {
      if (errors.push(error) === 2) controller.abort();
    };
    await repeat(task, { everyMs: 1, onError }, controller.signal);
    expect(errors).toHaveLength(2);
  });

  it('does nothing under a signal that was aborted before', async () => {
    let runs = 0;
    const task = (): Promise<void> => {
      runs++;
      return Promise.resolve();
    };
    await repeat(task, { everyMs: 1, onError: () => undefined }, AbortSignal.abort());
    expect(runs).toBe(0);
  });
});
