import { describe, expect, it } from 'vitest';
import { bytesOfText, bytesText } from './bytes-of-text.js';

describe('a size', () => {
  it.each([
    ['500GB', 500e9],
    ['2TiB', 2 * 1024 ** 4],
    ['1.5 mib', 1.5 * 1024 ** 2],
    ['4096', 4_096],
  ])('%s is understood', (text, bytes) => expect(bytesOfText(text)).toBe(bytes));

  it.each(['', '0', 'GB', '-1GB', '1e9', '5 XB', '1.GB', '99999999999999999GB'])('%j is none', (text) =>
    expect(bytesOfText(text)).toBeUndefined(),
  );

  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_536, '1.50 KiB'],
    [1_020 * 1_024 ** 2, '1020 MiB'],
    [3e12, '2.73 TiB'],
  ])('%d bytes is shown as %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));
});
