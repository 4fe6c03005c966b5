import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { arrival } from '../reference/generate-arrival.js';
import { sentWorld } from '../reference/generate-messages.js';
import { OracleDatabase } from './oracle-database.js';

/** ORACLE_RUNS and ORACLE_SEED look further than every build does. */
const RUNS = Number(process.env.ORACLE_RUNS ?? 6);
const SEED = Number(process.env.ORACLE_SEED ?? 20_260_311);

const database = new OracleDatabase();
afterAll(() => database.close());

it(
  'readings and aggregates are what they are without compaction, also when it runs, stops and is killed between late, repeated and contradicting messages, and edits',
  { timeout: 120_000 + RUNS * 12_000 },
  async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(sentWorld, arrival, arrival, async ({ messages, edits }, one, another) => {
        const rows = await database.play(messages, edits, one);
        const compacted = await database.play(messages, edits, another, { compacts: true });
        expect(compacted.readings).toEqual(rows.readings);
        expect(compacted.digest).toBe(rows.digest);
        compared += rows.readings.length;
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env.ORACLE_SHRINK === 'false' },
    );
    expect(compared).toBeGreaterThan(RUNS * 20);
  },
);
