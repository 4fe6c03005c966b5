import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const FIXTURE = 'tests/fixtures/boundaries';

/** Each file of the fixture breaks one rule. */
const BREAKS: Readonly<Record<string, string>> = {
  'helpers/imports-ours.ts': 'helpers-import-nothing',
  'protocol/imports-pg.ts': 'protocol-is-pure',
  'tables/imports-store.ts': 'tables-are-apart',
  'client/imports-xlsx.ts': 'xlsx-in-tables',
  'config/imports-store.ts': 'config-imports-zod',
  'server/gateway/imports-worker.ts': 'stages-meet-in-compose',
  'server/gateway/imports-kafka-adapter.ts': 'only-compose-constructs-adapters',
  'server/gateway/imports-kafkajs.ts': 'kafkajs-in-its-adapter',
  'server/worker/imports-ws.ts': 'ws-at-the-edges',
  'server/worker/imports-express.ts': 'express-at-the-api',
  'server/worker/imports-jose.ts': 'jose-in-access',
  'store/imports-server.ts': 'store-below-server',
  'client/imports-store.ts': 'client-from-outside',
  'client/live/imports-protocol.ts': 'sdk-stands-alone',
  'client/live/imports-ws.ts': 'sdk-ws-in-node',
  'dashboard/imports-store.ts': 'dashboard-in-a-browser',
  'dashboard/imports-protocol.ts': 'dashboard-types-of-protocol',
  'routes/imports-test.ts': 'not-to-tests',
  'client/cycle-a.ts': 'no-circular',
};

const reportSchema = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

describe('the boundaries between rooms', () => {
  const { stdout } = spawnSync(
    'npx',
    ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', FIXTURE],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const { violations } = reportSchema.parse(JSON.parse(stdout)).summary;

  it.each(Object.entries(BREAKS))('%s breaks %s', (file, rule) => {
    const broken = violations
      .filter(({ from }) => from === `${FIXTURE}/${file}`)
      .map(({ rule: { name } }) => name);
    expect(broken).toContain(rule);
  });
});
