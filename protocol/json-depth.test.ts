import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNestedTooDeep } from './json-depth.js';

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('the bound on nesting', () => {
  it('lets 32 levels pass and refuses 33', () => {
    expect(isNestedTooDeep(nested(32))).toBe(false);
    expect(isNestedTooDeep(nested(33))).toBe(true);
    expect(isNestedTooDeep(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`)).toBe(true);
  });

  it('counts no bracket inside a string, however it is escaped', () => {
    const text = String.raw`{"a":"${'['.repeat(99)}\"${'['.repeat(99)}\\","b":"\\\"${'{'.repeat(99)}"}`;
    expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(isNestedTooDeep(text)).toBe(false);
  });

  it('answers for text that is not JSON', () => {
    expect(isNestedTooDeep('')).toBe(false);
    expect(isNestedTooDeep('"'.repeat(1_001))).toBe(false);
    expect(isNestedTooDeep('['.repeat(10_000))).toBe(true);
    expect(isNestedTooDeep(']'.repeat(10_000))).toBe(false);
  });

  it('agrees with the parsed value at every limit', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat(6), (text, max) => {
        expect(isNestedTooDeep(text, max)).toBe(depthOf(JSON.parse(text)) > max);
      }),
    );
  });
});
