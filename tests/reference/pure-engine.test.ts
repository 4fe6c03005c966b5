import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareWithReference } from './compare-with-reference.js';
import { energyReference } from './energy-reference.js';
import { editedWorld } from './generate-edits.js';
import { world } from './generate.js';
import { pureEngine } from './pure-engine.js';

/** ORACLE_RUNS and ORACLE_SEED look further than every build does. */
const RUNS = Number(process.env.ORACLE_RUNS ?? 150);

it.each([
  ['any world', world],
  ['any world that was edited', editedWorld],
])('the rules in use are those of the reference, in %s', { timeout: 60_000 + RUNS * 100 }, (_, worlds) => {
  fc.assert(
    fc.property(worlds, (facts) => {
      expect(compareWithReference(pureEngine(facts), energyReference(facts))).toEqual([]);
    }),
    { numRuns: RUNS, seed: Number(process.env.ORACLE_SEED ?? 20_260_310) },
  );
});
