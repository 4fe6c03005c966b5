import { describe, expect, it } from 'vitest';
import { MAX_WINDOW_DAYS, readingsWindow } from './readings-window.js';

const DAY = 86_400_000;
const MAX = MAX_WINDOW_DAYS * DAY;
const stored = { firstMs: 10 * DAY, lastMs: 20 * DAY };

describe('the window of a read', () => {
  it('is all there is when nothing was asked', () => {
    expect(readingsWindow({ fromMs: undefined, toMs: undefined }, stored)).toEqual({
      kind: 'window',
      fromMs: stored.firstMs,
      toMs: stored.lastMs + 1,
    });
  });

  it('is cut to where readings are', () => {
    expect(readingsWindow({ fromMs: -1e15, toMs: 1e15 }, stored)).toMatchObject({
      fromMs: 10 * DAY,
      toMs: 20 * DAY + 1,
    });
    expect(readingsWindow({ fromMs: 12 * DAY, toMs: 13 * DAY }, stored)).toMatchObject({
      fromMs: 12 * DAY,
      toMs: 13 * DAY,
    });
  });

  it.each([
    [{ fromMs: 20 * DAY + 1, toMs: undefined }],
    [{ fromMs: undefined, toMs: 10 * DAY }],
    [{ fromMs: 0, toMs: DAY }],
  ])('is empty beyond it: %j', (asked) => {
    expect(readingsWindow(asked, stored)).toEqual({ kind: 'empty' });
  });

  it('is empty before the first reading', () => {
    const nothing = { firstMs: undefined, lastMs: undefined };
    expect(readingsWindow({ fromMs: undefined, toMs: undefined }, nothing)).toEqual({ kind: 'empty' });
  });

  it('begins a bounded time before its end when only the end is known', () => {
    const years = { firstMs: 0, lastMs: 10 * MAX };
    expect(readingsWindow({ fromMs: undefined, toMs: undefined }, years)).toMatchObject({
      fromMs: 9 * MAX + 1,
    });
    expect(readingsWindow({ fromMs: undefined, toMs: 5 * MAX }, years)).toMatchObject({
      fromMs: 4 * MAX,
      toMs: 5 * MAX,
    });
  });

  it('is refused when it holds more days than a read may open', () => {
    const years = { firstMs: 0, lastMs: 10 * MAX };
    expect(readingsWindow({ fromMs: 0, toMs: MAX }, years)).toMatchObject({ kind: 'window' });
    expect(readingsWindow({ fromMs: 0, toMs: MAX + 1 }, years)).toEqual({
      kind: 'tooLong',
      days: MAX_WINDOW_DAYS + 1,
    });
  });
});
