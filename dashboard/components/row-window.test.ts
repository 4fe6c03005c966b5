import { describe, expect, it } from 'vitest';
import { rowOfKey, rowWindow, scrollToRow } from './row-window.js';

const VIEW = { viewHeight: 400, rowHeight: 40, count: 50_000, overscan: 3 };

describe('the rows that are drawn', () => {
  it('are those in view and some around', () => {
    expect(rowWindow({ ...VIEW, scrollTop: 0 })).toEqual({ first: 0, end: 13 });
    expect(rowWindow({ ...VIEW, scrollTop: 40_010 })).toEqual({ first: 997, end: 1_014 });
  });

  it('are the last ones at the end, and few however long the list is', () => {
    const last = rowWindow({ ...VIEW, scrollTop: 50_000 * 40 - 400 });
    expect(last).toEqual({ first: 49_984, end: 50_000 });
  });

  it('are the last ones, too, when the list has become shorter than it is scrolled', () => {
    expect(rowWindow({ ...VIEW, count: 5, scrollTop: 40_000 })).toEqual({ first: 0, end: 5 });
    expect(rowWindow({ ...VIEW, count: 0, scrollTop: 40_000 })).toEqual({ first: 0, end: 0 });
  });

  it('bear a browser that scrolls above the top', () => {
    expect(rowWindow({ ...VIEW, scrollTop: -60 })).toEqual({ first: 0, end: 13 });
  });
});

describe('a row that is gone to', () => {
  it('is scrolled to from either side, and not at all when it is seen', () => {
    expect(scrollToRow(3, { ...VIEW, scrollTop: 200 })).toBe(120);
    expect(scrollToRow(20, { ...VIEW, scrollTop: 0 })).toBe(440);
    expect(scrollToRow(6, { ...VIEW, scrollTop: 200 })).toBe(200);
  });

  it('is that of the key, within the list', () => {
    const at = (key: string, active: number) => rowOfKey(key, active, 100, 10);
    expect(at('ArrowDown', 99)).toBe(99);
    expect(at('ArrowUp', 0)).toBe(0);
    expect(at('PageDown', 5)).toBe(14);
    expect(at('PageUp', 5)).toBe(0);
    expect([at('Home', 50), at('End', 50)]).toEqual([0, 99]);
    expect(at('a', 50)).toBeNull();
    expect(rowOfKey('End', 0, 0, 10)).toBeNull();
  });
});
