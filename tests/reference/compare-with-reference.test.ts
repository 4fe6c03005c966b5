import { expect, it } from 'vitest';
import { compareWithReference } from './compare-with-reference.js';
import { energyReference } from './energy-reference.js';
import { REGISTER, facts, readings } from './facts.js';

const aggregates = energyReference(
  facts(
    readings(REGISTER, [
      ['10:00', 1000, null, 'A'],
      ['10:10', 1200, null, 'A'],
      ['10:20', 1300, null, 'B'],
    ]),
  ),
);

it('finds nothing between an answer and itself, in any order', () => {
  const reversed = { ...aggregates, buckets15m: aggregates.buckets15m.toReversed() };
  expect(compareWithReference(reversed, aggregates)).toEqual([]);
});

it('tolerates a millionth on energies and on nothing else', () => {
  const with_ = (change: object) => ({
    ...aggregates,
    buckets15m: aggregates.buckets15m.map((row, index) => (index === 0 ? { ...row, ...change } : row)),
  });
  // The first bucket holds 200 Wh and half of the 100 of the step that ends at 10:20.
  expect(compareWithReference(with_({ measuredWh: 250.0001 }), aggregates)).toEqual([]);
  expect(compareWithReference(with_({ measuredWh: 250.001 }), aggregates)).toEqual([
    'buckets15m: CP-1 | 0 | 1 | Energy.Active.Import.Register |  | Outlet | Wh @ 2026-03-10T10:00:00.000Z: ' +
      'measuredWh is 250.001 instead of 250',
  ]);
  expect(compareWithReference(with_({ sum: 2200.000001 }), aggregates)).toHaveLength(1);
  expect(compareWithReference(with_({ measuredWh: null }), aggregates)).toHaveLength(1);
});

it('names what is missing, what is too much, and what is there twice', () => {
  const none = { buckets15m: [], buckets1h: [], buckets1d: [], semantics: [], slices: [] };
  // 2 rows of 15 minutes, 1 of the hour, 1 of the day, 1 of semantics; A in the first bucket, B in the second.
  expect(compareWithReference(none, aggregates)).toHaveLength(7);
  expect(compareWithReference(aggregates, none)).toHaveLength(7);
  expect(compareWithReference(none, aggregates)[0]).toMatch(/^buckets15m: .* is missing: /);
  const [row] = aggregates.buckets1h;
  if (row === undefined) throw new Error('no row');
  expect(compareWithReference({ ...aggregates, buckets1h: [row, row] }, aggregates)).toEqual([
    'buckets1h: 1 rows are there twice',
  ]);
});

it('stops at twenty', () => {
  const lines = Array.from({ length: 30 }, (_, index) => [`+${index} 10:00`, 5] as const);
  const many = energyReference(facts(readings({ ...REGISTER, measurand: 'SoC' }, lines)));
  const differences = compareWithReference(aggregates, { ...many, buckets1h: [] });
  expect(differences).toHaveLength(21);
  expect(differences.at(-1)).toMatch(/^and \d+ more$/);
});
