import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { meterpulse } from '../harness/meterpulse.js';

const counts = z.record(z.string(), z.number());
const lineSchema = z.object({
  rows: z.number(),
  sent: z.number(),
  acknowledged: z.number(),
  rejected: z.number(),
  badRows: z.number(),
  messages: counts,
  readings: counts,
  addsUp: z.boolean(),
  energyWh: counts,
});

/** Each starts PostgreSQL and every role, and sends ten thousand rows; alone it takes seconds. */
const TIMEOUT_MS = 300_000;

describe('npm run demo', { timeout: TIMEOUT_MS }, () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'meterpulse-demo-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const demo = async (args: string[]) => {
    const ports = { GATEWAY_PORT: '0', API_PORT: '0', LIVE_PORT: '0', ADMIN_PORT: '0' };
    return meterpulse(['demo', ...args], { DATA_DIR: dataDir, ...ports });
  };

  it('sends the sample workbook through every stage, and its figures add up', async () => {
    const { code, stdout, stderr } = await demo(['--json']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const line = lineSchema.parse(JSON.parse(stdout));
    expect(line).toMatchObject({
      rows: 10_000,
      sent: 10_000,
      acknowledged: 10_000,
      rejected: 0,
      badRows: 0,
      addsUp: true,
    });
    expect(line.messages.received).toBe(10_000);
    expect(line.readings.stored).toBeGreaterThan(20_000);
    expect(Object.keys(line.energyWh)).toHaveLength(53);
    const whole = Object.values(line.energyWh).reduce((sum, each) => sum + each, 0);
    // What the reference says of the sample: tests/integration/rollups-sample.test.ts.
    expect(Math.round(whole)).toBe(4_973_142);
  });

  it('stores nothing twice when it is run again, and prints tables', async () => {
    const { code, stdout } = await demo([]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/stored\s+│\s+0 │/);
    expect(stdout).toMatch(/repeated\s+│\s+10,000 │/);
    expect(stdout).toContain('adds up');
  });
});
