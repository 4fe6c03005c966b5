import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

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

/** One file each, on a machine that does nothing else: they measure memory, or hold a stop against its time. */
const ALONE = [
  ...['overload-sheds', 'api-footprint', 'memory-stays-flat', 'stopping-is-safe', 'storms'],
  'load-tests',
].map((name) => `tests/integrity/${name}.test.ts`);

export default defineConfig({
  test: {
    // Files wait for brokers, processes and clocks far longer than they compute.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'unit',
          ...patient,
          testTimeout: 60_000,
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
          // Each has a system of half a dozen processes.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'integrity-alone',
          include: ALONE,
          ...integrity,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          ...integrity,
          // A browser beside a system of half a dozen processes.
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
