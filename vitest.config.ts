import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/harness/longest-first.js';

/** Condition by condition: what takes a moment here takes seconds where everything runs at once. */
const patient = { expect: { poll: { timeout: 30_000 } } };

const services = {
  ...patient,
  globalSetup: ['tests/harness/global-setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 240_000,
};

const integrity = {
  ...services,
  globalSetup: [...services.globalSetup, 'tests/harness/built-program.ts'],
  testTimeout: 600_000,
};

/** One file each, on a machine that runs no other test: they measure memory, or hold a stop against its time. */
const ALONE = ['overload-sheds', 'memory-stays-flat', 'stopping-is-safe'].map(
  (name) => `tests/integrity/${name}.test.ts`,
);

export default defineConfig({
  test: {
    // Files wait for brokers, processes and clocks longer than they compute. At most as many systems as one broker has room for.
    maxWorkers: Math.min(6, Math.max(3, availableParallelism() - 1)),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          ...patient,
          testTimeout: 60_000,
          // They share modules, and no state: loading everything anew for each file takes longer than its tests.
          isolate: false,
          include: [
            '{config,protocol,helpers,tables,server,store,routes,controllers,client,dashboard,benchmarks,load-tests,dev,scripts,Files}/**/*.test.ts',
            'tests/reference/**/*.test.ts',
            'tests/integrity/live/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/{integration,flow,security}/**/*.test.ts'],
          ...services,
        },
      },
      {
        test: {
          name: 'integrity',
          include: ['tests/integrity/*.test.ts'],
          exclude: ALONE,
          ...integrity,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          ...integrity,
        },
      },
      {
        test: {
          name: 'integrity-alone',
          include: ALONE,
          ...integrity,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
