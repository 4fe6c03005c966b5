import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AcknowledgedReading } from '../../client/simulate/reading-ledger.js';
import type { SimulateSummary } from '../../client/simulate/summary.js';
import { FakeGateway } from '../harness/fake-gateway.js';
import { startPipeline, type Pipeline } from '../harness/pipeline.js';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const PATIENTLY = { timeout: 60_000, interval: 100 };
const children: ChildProcess[] = [];
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'simulate-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

function simulate(...options: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const args = ['--import', 'tsx', MAIN, 'simulate', '--json', ...options];
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, NO_COLOR: '1' } });
  children.push(child);
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...text }));
  return { child, ended };
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function summaryOf({ out, err }: Ended): SimulateSummary {
  if (out === '') throw new Error(`no summary: ${err}`);
  return JSON.parse(out) as SimulateSummary;
}

/** A reading as one text; the ledger's and the table's are equal where the reading is. */
function keyOf(reading: AcknowledgedReading): string {
  const { chargePointId, evseId, connectorId, measurand, phase, location, unit, context } = reading;
  const { timestamp, value, transactionId } = reading;
  const series = [chargePointId, evseId, connectorId, measurand, phase, location, unit, context];
  return JSON.stringify([...series, timestamp, value, transactionId]);
}

/** The acknowledged readings, each once. */
function ledgerOf(path: string): string[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return [...new Set(lines.map((line) => keyOf(JSON.parse(line) as AcknowledgedReading)))].sort();
}

async function tableOf({ pool }: Pipeline): Promise<string[]> {
  const { rows } = await pool.query<Omit<AcknowledgedReading, 'timestamp'> & { timestamp: Date }>(
    `select s.charge_point_id as "chargePointId", s.evse_id as "evseId", s.connector_id as "connectorId",
            measurand, phase, location, unit, c.name as context, ts as timestamp, value, t.external_id as "transactionId"
       from readings r join series s on s.id = r.series_id join contexts c on c.id = r.context
       left join transactions t on t.id = r.transaction_id`,
  );
  return rows.map((row) => keyOf({ ...row, timestamp: row.timestamp.toISOString() })).sort();
}

const FLEET = [
  ...['--charge-points', '60', '--duration', '8s', '--rate', '150', '--speed', '120x', '--seed', '11'],
  ...['--duplicates', '0.1', '--reorder', '0.1', '--flaky', '0.3', '--drop-rate', '0.02', '--timeout', '2s'],
];

describe('a simulated fleet', () => {
  it.each(['ocpp1.6', 'ocpp2.0.1', 'json'])(
    'by %s that is killed under load goes on where it was: all is acknowledged at last, and stored once',
    async (protocol) => {
      const pipeline = await startPipeline();
      const ledger = join(directory, 'acknowledged.ndjson');
      const options = [
        ...FLEET,
        ...['--url', pipeline.url, '--protocol', protocol, '--begin', '2026-03-02T08:00:00Z'],
        ...['--outbox', join(directory, 'outbox'), '--ledger', ledger],
      ];
      const first = simulate(...options);
      await expect.poll(() => ledgerOf(ledger).length, PATIENTLY).toBeGreaterThan(300);
      // What is stored while nobody hears of it is what a killed process has to send again.
      const release = pipeline.holdAnswers();
      const file = join(directory, 'outbox', 'part-0', 'outbox.log');
      const size = readFileSync(file).length;
      await expect.poll(() => readFileSync(file).length, PATIENTLY).toBeGreaterThan(size + 20_000);
      first.child.kill('SIGKILL');
      await first.ended;
      release();

      const second = await simulate(...options).ended;
      expect([second.code, second.err.includes('error')]).toEqual([0, false]);
      const summary = summaryOf(second);
      expect(summary).toMatchObject({ waiting: 0, rejected: 0, shed: 0, damaged: 0 });
      expect(summary.restored).toBeGreaterThan(20);
      expect(summary.from > '2026-03-02T08:00:00.000Z').toBe(true);

      const acknowledged = ledgerOf(ledger);
      await expect.poll(async () => (await tableOf(pipeline)).length, PATIENTLY).toBe(acknowledged.length);
      expect(await tableOf(pipeline)).toEqual(acknowledged);

      // The same fleet that was never killed says the same, so that nothing of it is new.
      const whole = join(directory, 'whole.ndjson');
      const outbox = options.indexOf('--outbox');
      const unkilled = options.filter((_, index) => index < outbox);
      expect((await simulate(...unkilled, '--ledger', whole).ended).code).toBe(0);
      expect(ledgerOf(whole)).toEqual(acknowledged);
      expect(await tableOf(pipeline)).toEqual(acknowledged);
    },
    180_000,
  );

  it('does not take the outbox of a run with other options, nor one in use', async () => {
    const gateway = await FakeGateway.start();
    const outbox = ['--outbox', join(directory, 'outbox'), '--url', gateway.url, '--charge-points', '2'];
    const running = simulate(...outbox, '--duration', '60s', '--protocol', 'json');
    await expect.poll(() => gateway.upgrades.length, PATIENTLY).toBeGreaterThan(0);
    const other = await simulate(...outbox, '--duration', '60s', '--protocol', 'json').ended;
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('is in use by process')]);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    const changed = await simulate(...outbox, '--duration', '60s', '--seed', '2').ended;
    expect([changed.code, changed.err]).toEqual([1, expect.stringContaining('of a run with other options')]);
    await gateway.stop();
  });

  it('ends with 1 when something was never acknowledged', async () => {
    const gateway = await FakeGateway.start({
      react: (_, nth) => (nth === 2 ? { reject: 'invalid_value' } : 'accept'),
    });
    const options = ['--url', gateway.url, '--charge-points', '3', '--rate', '9', '--duration', '2s'];
    const rejected = await simulate(...options, '--protocol', 'json').ended;
    expect([rejected.code, summaryOf(rejected).rejectCodes]).toEqual([1, { invalid_value: 1 }]);
    await gateway.stop();
    const mute = await FakeGateway.start({ react: () => 'silence' });
    const silent = await simulate(...options, '--url', mute.url, '--protocol', 'json', '--grace', '1s').ended;
    expect(silent.code).toBe(1);
    expect(summaryOf(silent).waiting).toBeGreaterThan(0);
    await mute.stop();
  });

  it('shared among processes says what one would', async () => {
    const gateway = await FakeGateway.start();
    const said = async (name: string, ...more: string[]): Promise<string[]> => {
      const ledger = join(directory, name);
      const options = ['--url', gateway.url, '--charge-points', '9', '--rate', '60', '--duration', '2s'];
      const run = simulate(...options, '--protocol', 'json', '--ledger', ledger, ...more);
      const ended = await run.ended;
      expect([ended.code, summaryOf(ended).waiting]).toEqual([0, 0]);
      return ledgerOf(ledger);
    };
    const alone = await said('alone.ndjson');
    expect(alone.length).toBeGreaterThan(100);
    expect(await said('shared.ndjson', '--processes', '3')).toEqual(alone);
    await gateway.stop();
  });
});
