import { describe, expect, it } from 'vitest';
import { ALL_NAMES } from './commands.js';
import { editDistance, nearest } from './nearest.js';
import { MEASURANDS, STATUSES } from './vocabulary.js';

describe('the word that was meant', () => {
  it.each([
    ['statsu', ALL_NAMES, 'status'],
    ['conect', ALL_NAMES, 'connect'],
    ['heart', ALL_NAMES, 'heartbeat'],
    ['xyzzy', ALL_NAMES, undefined],
    ['s', ALL_NAMES, undefined],
    ['Chargin', STATUSES, 'Charging'],
    ['power.active.imprt', MEASURANDS, 'Power.Active.Import'],
    ['x'.repeat(10_000), ALL_NAMES, undefined],
  ])('by %.20s is found', (typed, known, meant) => {
    expect(nearest(typed, known)).toBe(meant);
  });

  it('counts a swap of neighbours as one step', () => {
    expect(editDistance('abcd', 'abdc')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });
});
