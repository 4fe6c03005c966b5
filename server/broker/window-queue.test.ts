import { describe, expect, it } from 'vitest';
import { WindowQueue } from './window-queue.js';

const window = (from: number, to: number) => ({ partition: 0, from, to });

describe('windows of a partition', () => {
  it('are read in the order of their offsets, whatever order they are given in', () => {
    const queue = new WindowQueue([window(10, 20), window(0, 5)]);
    expect(queue.position).toBe(0);
    queue.advance(5, 1_000);
    expect(queue.position).toBe(10);
    queue.advance(20, 2_000);
    expect(queue.current).toBeUndefined();
    expect(queue.result()).toEqual([
      { ...window(0, 5), reached: 5, reachedMs: 1_000 },
      { ...window(10, 20), reached: 20, reachedMs: 2_000 },
    ]);
  });

  it('tell how far they were read when it ends early', () => {
    const queue = new WindowQueue([window(0, 5), window(10, 20)]);
    queue.advance(3, 1_000);
    expect(queue.result()).toMatchObject([
      { reached: 3, reachedMs: 1_000 },
      { reached: 10, reachedMs: null },
    ]);
  });

  it('are passed where the log has a gap, or was trimmed', () => {
    const queue = new WindowQueue([window(0, 5), window(10, 20)]);
    queue.advance(12);
    expect(queue.position).toBe(12);
    queue.advance(90);
    expect(queue.result().every(({ reached, to }) => reached === to)).toBe(true);
  });

  it('count as read when they are empty', () => {
    expect(new WindowQueue([window(7, 7)]).current).toBeUndefined();
    expect(new WindowQueue([]).current).toBeUndefined();
  });
});
