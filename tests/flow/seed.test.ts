import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SenderIdentity } from '../../server/gateway/sender-identity.js';
import { startGateway } from '../harness/gateway.js';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function seed(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/seed.ts', ...args], {
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

describe('npm run seed', () => {
  it.each(['json', 'ocpp1.6'])(
    'has each message acknowledged over %s, and says so in one line',
    async (protocol) => {
      const { url } = await startGateway();
      const options = ['--days', '2', '--charge-points', '3', '--interval', '900', '--until', '2026-03-31'];
      const { code, stdout } = await seed('--url', url, '--protocol', protocol, '--json', ...options);
      expect(code).toBe(0);
      const summary = JSON.parse(stdout) as Record<string, number>;
      expect(summary).toMatchObject({
        days: 2,
        from: '2026-03-29T04:00:00.000Z',
        to: '2026-03-31T04:00:00.000Z',
        rejected: 0,
        retried: 0,
      });
      expect(summary.acknowledged).toBeGreaterThan(20);
      expect(summary.acknowledged).toBe(summary.sent);
    },
  );

  it('shows the key of a file, and is told where it has none', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'seed-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const keyFile = join(directory, 'seed.key');
    await writeFile(keyFile, 'mp_000000000000_secret\n');
    const senders: SenderIdentity = {
      identify: ({ headers }) =>
        Promise.resolve(
          headers.authorization === 'Bearer mp_000000000000_secret'
            ? {
                principal: { name: 'seed', sites: null },
                maySpeakFor: undefined,
                watch: () => () => undefined,
              }
            : 'unknown',
        ),
    };
    const { url } = await startGateway({}, { senders });
    const options = ['--url', url, '--days', '1', '--charge-points', '1', '--interval', '900', '--json'];
    const known = await seed(...options, '--key-file', keyFile);
    expect([known.code, known.stderr]).toEqual([0, '']);
    expect(JSON.parse(known.stdout)).toMatchObject({ rejected: 0 });
    const unknown = await seed(...options);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('HTTP 401');
    const lost = await seed(...options, '--key-file', join(directory, 'none'));
    expect(lost.code).toBe(1);
    expect(lost.stderr).toContain('[CREDENTIALS_UNREADABLE]');
  });

  it('says in one line that no gateway is up, and what to do', async () => {
    const { code, stderr } = await seed('--url', 'ws://127.0.0.1:1');
    expect(code).toBe(1);
    expect(stderr).toContain('No connection to ws://127.0.0.1:1/');
    expect(stderr).toContain('[CONNECTION_REFUSED]');
    expect(stderr).not.toContain('    at ');
  });

  it.each([
    [['--days', '0'], '--days should be: a whole number from 1 to 366'],
    [['--charge-points', 'many'], '--charge-points should be: a whole number'],
    [['--until', 'yesterday'], '--until should be'],
    [['--url', 'ftp://x'], '--url should be'],
    [['--day', '1'], "unknown option '--day'"],
  ])('refuses %j', async (args, said) => {
    const { code, stderr } = await seed(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(said);
  });
});
