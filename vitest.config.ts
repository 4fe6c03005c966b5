import { defineConfig } from 'vitest/config';

const services = {
  globalSetup: ['tests/harness/global-setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{config,protocol,helpers,server,store,routes,controllers,client,benchmarks,dev,scripts,Files}/**/*.test.ts',
          ],
        },
      },
      { test: { name: 'integration', include: ['tests/{integration,flow}/**/*.test.ts'], ...services } },
      {
        test: {
          name: 'integrity',
          include: ['tests/integrity/**/*.test.ts'],
          ...services,
          globalSetup: [...services.globalSetup, 'tests/harness/built-program.ts'],
          testTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
