import { describe, expect, it } from 'vitest';
import { readCondition, versionTag } from './entity-tag.js';

describe('If-Match', () => {
  it('takes the tag of a version as it was given', () => {
    expect(readCondition(versionTag(7))).toEqual([7]);
  });

  it.each<[string, ReturnType<typeof readCondition>]>([
    ['*', 'exists'],
    [' "1" , "2"', [1, 2]],
    ['W/"3"', [3]],
    ['"another", "4"', [4]],
    ['"another"', []],
    ['"0"', []],
    ['"99999999999"', []],
    ['"9999999999"', []],
    ['""', []],
    ['7', 'malformed'],
    ['', 'malformed'],
    ['"1",', 'malformed'],
    ['"1" "2"', 'malformed'],
    ['"1', 'malformed'],
    ['*, "1"', 'malformed'],
    [`"${'1'.repeat(2_000)}"`, 'malformed'],
  ])('%s is %j', (header, condition) => {
    expect(readCondition(header)).toEqual(condition);
  });
});
