import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareWithReference } from './compare-with-reference.js';
import { energyReference, grouped, isRegister, seriesText, type BucketRow } from './energy-reference.js';
import { shuffledFacts, world } from './generate.js';

const RUNS = { numRuns: 60, seed: 20_260_310 };

it('answers the same whatever the order of its input', () => {
  fc.assert(
    fc.property(
      world.chain((facts) => fc.tuple(fc.constant(facts), shuffledFacts(facts))),
      ([facts, shuffled]) => {
        expect(energyReference(shuffled)).toEqual(energyReference(facts));
      },
    ),
    RUNS,
  );
});

it('has the same energy in 15 minutes, hours and days', () => {
  const sum = (rows: readonly BucketRow[], column: 'measuredWh' | 'estimatedWh' | 'suspectWh'): number =>
    rows.reduce((total, row) => total + (row[column] ?? 0), 0);
  fc.assert(
    fc.property(world, (facts) => {
      const { buckets15m, buckets1h, buckets1d } = energyReference(facts);
      for (const column of ['measuredWh', 'estimatedWh', 'suspectWh'] as const) {
        const total = sum(buckets15m, column);
        const tolerance = 1e-6 * Math.max(1, total);
        expect(Math.abs(sum(buckets1h, column) - total)).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(sum(buckets1d, column) - total)).toBeLessThanOrEqual(tolerance);
      }
    }),
    RUNS,
  );
});

it('counts each instant of each series once, and no energy below 0', () => {
  fc.assert(
    fc.property(world, (facts) => {
      const { buckets15m, buckets1d, slices } = energyReference(facts);
      const instants = new Set(
        facts.readings.map((each) => `${seriesText(each.series)}@${each.timestampMs}`),
      );
      expect(buckets15m.reduce((total, { count }) => total + count, 0)).toBe(instants.size);
      expect(buckets1d.reduce((total, { conflicts }) => total + conflicts, 0)).toBe(facts.conflicts.length);
      for (const row of [...buckets15m, ...slices]) {
        const { measuredWh, estimatedWh, suspectWh } = row;
        if (Math.min(measuredWh ?? 0, estimatedWh ?? 0, suspectWh ?? 0) < 0) expect(row).toBeUndefined();
      }
    }),
    RUNS,
  );
});

it('has no more energy of sessions than there is', () => {
  fc.assert(
    fc.property(world, (facts) => {
      const { buckets15m, slices } = energyReference(facts);
      const ofBuckets = grouped(slices, ({ series, bucketMs }) => `${series}@${bucketMs}`);
      for (const row of buckets15m) {
        const within = ofBuckets.get(`${row.series}@${row.bucketMs}`) ?? [];
        for (const column of ['measuredWh', 'estimatedWh', 'suspectWh'] as const) {
          const ofSessions = within.reduce((total, slice) => total + (slice[column] ?? 0), 0);
          if (ofSessions > (row[column] ?? 0) * (1 + 1e-9) + 1e-9) expect(row).toBeUndefined();
        }
      }
    }),
    RUNS,
  );
});

it('compares with itself without a difference', () => {
  fc.assert(
    fc.property(world, (facts) => {
      expect(compareWithReference(energyReference(facts), energyReference(facts))).toEqual([]);
    }),
    { numRuns: 10, seed: 20_260_310 },
  );
});

/** A generator that never makes what a rule is about would prove nothing about it. */
it('meets every rule in a few hundred worlds', () => {
  const met = new Set<string>();
  for (const facts of fc.sample(world, { numRuns: 400, seed: 20_260_310 })) {
    const { buckets15m, buckets1d, semantics, slices } = energyReference(facts);
    for (const { kind, ignoresClock, ignoresBoundary } of semantics) {
      met.add(kind);
      if (ignoresClock) met.add('clock ignored');
      if (ignoresBoundary) met.add('boundary ignored');
    }
    for (const row of buckets15m) {
      if ((row.measuredWh ?? 0) > 0) met.add('measured');
      if ((row.estimatedWh ?? 0) > 0) met.add('estimated');
      if ((row.suspectWh ?? 0) > 0) met.add('suspect');
      if (row.count === 0) met.add('energy without a sample');
      if (row.conflicts > 0) met.add('conflict');
    }
    for (const { countsAs } of buckets1d) met.add(`counts as ${countsAs}`);
    for (const slice of slices) {
      met.add(slice.measuredWh === null ? 'power slice' : 'energy slice');
      if (slice.isEnded) met.add('ended');
      if (slice.firstMs === null) met.add('slice without a sample');
      if ((slice.suspectWh ?? 0) > 0) met.add('suspect of a session');
    }
    if (facts.sessions.some(({ endedAtMs }) => endedAtMs !== null)) met.add('stopped');
    for (const { series, value } of facts.readings) {
      if (isRegister(series) && value >= 9_900_000 && value < 10_000_000) met.add('nearly full');
    }
    expect(facts.readings.length).toBeLessThanOrEqual(150);
  }
  expect([...met].sort()).toEqual([
    'boundary ignored',
    'clock ignored',
    'conflict',
    'counts as 0',
    'counts as 1',
    'counts as 2',
    'ended',
    'energy slice',
    'energy without a sample',
    'estimated',
    'lifetime',
    'measured',
    'nearly full',
    'power slice',
    'session',
    'slice without a sample',
    'stopped',
    'suspect',
    'suspect of a session',
  ]);
});
