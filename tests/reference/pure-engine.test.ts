import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareWithReference } from './compare-with-reference.js';
import { energyReference } from './energy-reference.js';
import { world } from './generate.js';
import { pureEngine } from './pure-engine.js';

/** ORACLE_RUNS and ORACLE_SEED look further than every build does. */
const RUNS = Number(process.env.ORACLE_RUNS ?? 150);

it('the rules in use are those of the reference, in any world', { timeout: 60_000 + RUNS * 100 }, () => {
  fc.assert(
    fc.property(world, (facts) => {
      expect(compareWithReference(pureEngine(facts), energyReference(facts))).toEqual([]);
    }),
    { numRuns: RUNS, seed: Number(process.env.ORACLE_SEED ?? 20_260_310) },
  );
});
