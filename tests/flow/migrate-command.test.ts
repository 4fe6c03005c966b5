import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { meterpulse, type Ended } from '../harness/meterpulse.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

describe('meterpulse migrate', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const migrate = (args: readonly string[] = [], more: Record<string, string> = {}): Promise<Ended> =>
    meterpulse(['migrate', ...args], { DATABASE_URL: database.url, ...more });

  it('with --check changes nothing, and fails until somebody has migrated', async () => {
    const before = await migrate(['--check']);
    expect(before.code).toBe(1);
    expect(before.stderr).toContain('[DATABASE_NOT_MIGRATED]');
    expect((await migrate(['--check'])).stderr).toContain('[DATABASE_NOT_MIGRATED]');
    expect((await migrate()).code).toBe(0);
    const after = await migrate(['--check']);
    expect(after).toMatchObject({ code: 0, stdout: 'The schema is up to date.\n' });
  });

  it('with --check and --wait goes on when another one has migrated', async () => {
    const waiting = migrate(['--check', '--wait', '60']);
    expect((await migrate()).code).toBe(0);
    expect(await waiting).toMatchObject({ code: 0 });
  });

  it('with --wait ends by itself when the database never comes', async () => {
    const nowhere = { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/none' };
    const { code, stderr } = await migrate(['--wait', '1'], nowhere);
    expect(code).toBe(1);
    expect(stderr).toContain('waiting: PostgreSQL');
    expect(stderr).toContain('[DATABASE_UNAVAILABLE]');
    expect(stderr).not.toContain('secret');
  });

  it.each(['-1', 'soon', '1.5', '86401', ''])('refuses to wait for %j seconds', async (wait) => {
    const { code, stderr } = await migrate([`--wait=${wait}`]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('Expected whole seconds from 0 to 86400');
  });

  it('with --check fails while the topic is missing', async (context) => {
    const brokers = inject('kafkaBrokers');
    if (brokers === null) return context.skip(inject('kafkaMissing') ?? '');
    expect((await migrate()).code).toBe(0);
    const kafka = { KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC: `check-${Date.now()}` };
    const missing = await migrate(['--check'], kafka);
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stderr).toContain('[LOG_TOPIC_MISSING]');
    expect((await migrate([], kafka)).code).toBe(0);
    expect((await migrate(['--check'], kafka)).code).toBe(0);
  });
});
