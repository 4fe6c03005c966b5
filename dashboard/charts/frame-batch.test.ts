import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FrameBatch, type Frames } from './frame-batch.js';

/** Frames that are drawn when the test says so. */
class HandFrames implements Frames {
  readonly waiting = new Map<number, () => void>();
  #id = 0;
  readonly request = (callback: () => void) => {
    this.waiting.set(++this.#id, callback);
    return this.#id;
  };
  readonly cancel = (id: number) => this.waiting.delete(id);
  draw(): void {
    const callbacks = [...this.waiting.values()];
    this.waiting.clear();
    for (const callback of callbacks) callback();
  }
}

describe('what is collected for a frame', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('is handed over once, in order, however much it is', () => {
    const [frames, handle] = [new HandFrames(), vi.fn()];
    const batch = new FrameBatch<number>(handle, frames);
    for (let item = 0; item < 1_000; item += 1) batch.add(item);
    expect(handle).not.toHaveBeenCalled();
    frames.draw();
    frames.draw();
    expect(handle.mock.calls).toEqual([[Array.from({ length: 1_000 }, (_, item) => item)]]);
  });

  it('is handed over in a tab that draws no frames too', () => {
    const [frames, handle] = [new HandFrames(), vi.fn()];
    const batch = new FrameBatch<number>(handle, frames);
    batch.add(1);
    vi.advanceTimersByTime(1_000);
    expect(handle).toHaveBeenCalledExactlyOnceWith([1]);
    expect(frames.waiting.size).toBe(0);
  });

  it('is dropped when nobody wants it any more', () => {
    const [frames, handle] = [new HandFrames(), vi.fn()];
    const batch = new FrameBatch<number>(handle, frames);
    batch.add(1);
    batch.close();
    frames.draw();
    vi.runAllTimers();
    expect(handle).not.toHaveBeenCalled();
  });
});
