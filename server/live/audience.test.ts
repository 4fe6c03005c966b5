import { describe, expect, it } from 'vitest';
import { audienceOf } from './audience.js';

const ANYBODY = { sites: null };

describe('audienceOf', () => {
  it('is of readings and charge points where no kinds are named', () => {
    const audience = audienceOf({}, ANYBODY);
    expect([...audience.kinds]).toEqual(['chargePoint', 'reading']);
    expect(audience).toMatchObject({ chargePointIds: null, sites: null, measurands: null });
  });

  it('has one key for the same names in another order, or twice', () => {
    const one = audienceOf({ sites: ['b', 'a', 'b'], measurands: ['x', 'y'] }, ANYBODY);
    const other = audienceOf(
      { measurands: ['y', 'x'], sites: ['a', 'b'], kinds: ['reading', 'chargePoint'] },
      ANYBODY,
    );
    expect(one.key).toBe(other.key);
  });

  it('has another key where a name moves from one list to the other', () => {
    const one = audienceOf({ sites: ['a'] }, ANYBODY);
    const other = audienceOf({ measurands: ['a'] }, ANYBODY);
    expect(one.key).not.toBe(other.key);
  });

  it('keeps to the sites that somebody may see, asked for or not', () => {
    const principal = { sites: new Set(['b', 'a']) };
    expect([...(audienceOf({}, principal).sites ?? [])]).toEqual(['a', 'b']);
    expect([...(audienceOf({ sites: ['b', 'c'] }, principal).sites ?? [])]).toEqual(['b']);
    expect([...(audienceOf({ sites: ['c'] }, principal).sites ?? ['none'])]).toEqual([]);
  });

  it('has one key for a rule and a filter that say the same', () => {
    const principal = { sites: new Set(['a']) };
    expect(audienceOf({}, principal).key).toBe(audienceOf({ sites: ['a'] }, ANYBODY).key);
  });
});
