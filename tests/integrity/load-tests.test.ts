import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { COUNTERS } from '../../load-tests/measure/measures.js';
import type { LoadReport } from '../../load-tests/report/report.js';
import { SCENARIO_NAMES } from '../../load-tests/options/scenarios.js';
import { freePorts } from '../harness/free-ports.js';
import { kafkaUnavailable } from '../harness/kafka-jars.js';
import { startPipeline } from '../harness/pipeline.js';
import { processesOf } from '../harness/processes-of.js';

const TIMEOUT_MS = 300_000;
/** How fast a machine full of other tests is proves nothing. */
const anySpeed = (...times: readonly string[]): string[] =>
  times.flatMap((time) => ['--ensure', `${time}.p99 < 250000`]);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function startLoadTesting(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return spawn(process.execPath, ['--import', 'tsx', 'load-tests/main.ts', ...args], {
    env: { ...process.env, ...environment },
  });
}

async function loadTesting(...args: readonly string[]): Promise<Ended> {
  const child = startLoadTesting(args);
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'load-tests-'));
});
afterAll(() => rm(directory, { recursive: true }));

function reportOf({ err }: Ended, path: string): LoadReport {
  if (!existsSync(path)) throw new Error(`no report: ${err}`);
  return JSON.parse(readFileSync(path, 'utf8')) as LoadReport;
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

describe.skipIf(kafkaUnavailable() !== undefined)('a load test of everything', () => {
  let ended: Ended;
  let report: LoadReport;
  let page: string;
  beforeAll(async () => {
    const [json, html] = [join(directory, 'report.json'), join(directory, 'report.html')];
    ended = await loadTesting(
      ...['--scenario', 'all', '--sockets', '150', '--minutes', '0.25', '--rate', '100', '--ramp', '100'],
      ...anySpeed('readings.latency', 'live.delay', 'queries.latency'),
      ...['--ensure', 'readings.acknowledged > 1000000', '--json', json, '--html', html],
    );
    report = reportOf(ended, json);
    page = readFileSync(html, 'utf8');
  }, TIMEOUT_MS);

  it('ends with 1 and names the expectation that is broken, and that one alone', () => {
    const broken = report.expectations.filter(({ holds }) => !holds);
    expect(broken.map(({ expression }) => expression)).toEqual(['readings.acknowledged > 1000000']);
    expect(report.ok).toBe(false);
    expect(ended.code).toBe(1);
    expect(ended.err).toContain('not as expected: all: readings.acknowledged > 1000000, and it is');
  });

  it('has every acknowledged reading in its ledger, and each of these in the table, once', () => {
    const acknowledged = report.totals.counters['readings.acknowledged'] ?? 0;
    expect(acknowledged).toBeGreaterThan(500);
    expect(report.ledger).toMatchObject({ lines: acknowledged, acknowledged, lost: 0, doubled: 0 });
    expect(report.totals.counters).toMatchObject({ 'readings.due': acknowledged });
    expect(report.totals.counters).not.toHaveProperty('readings.unanswered');
  });

  it('opened every socket, and those of the storm twice', () => {
    expect(report.scenarios.map(({ name, users }) => [name, users])).toEqual([
      ...[
        ['steady', 50],
        ['ramp', 50],
        ['reconnect-storm', 50],
      ],
      ...[
        ['live-subscribers', 5],
        ['slow-consumers', 2],
        ['api-queries', 2],
      ],
    ]);
    expect(report.totals.counters['sockets.opened']).toBe(150 + 50 + 5 + 2);
    expect(Math.max(...report.timeline.points.map(({ open }) => open))).toBe(157);
    expect(report.timeline.points.at(-1)?.open).toBe(0);
  });

  it('adds up what its processes counted, as Artillery counted it too', () => {
    expect(report.artillery).toHaveLength(SCENARIO_NAMES.length);
    for (const name of Object.keys(COUNTERS)) {
      const total = report.totals.counters[name] ?? 0;
      expect(sum(report.artillery.map(({ counters }) => counters[name])), `${name} of Artillery`).toBe(total);
      expect(sum(report.scenarios.map(({ counters }) => counters[name])), `${name} of scenarios`).toBe(total);
    }
    const { points, stepSeconds } = report.timeline;
    const overTime = sum(points.map(({ acknowledged }) => acknowledged)) * stepSeconds;
    expect(Math.round(overTime)).toBe(report.totals.counters['readings.acknowledged']);
    for (const [name, { count, bins }] of Object.entries(report.histograms)) {
      expect(sum(Object.values(bins)), name).toBe(count);
      expect(sum(report.scenarios.map(({ times }) => times[name]?.count)), name).toBe(count);
    }
  });

  it('saw the live feed, the API, and what each role used', () => {
    expect(report.totals.counters['live.messages']).toBeGreaterThan(0);
    expect(report.totals.counters['queries.answered']).toBeGreaterThan(0);
    const roles = report.timeline.points.at(-1)?.roles ?? {};
    expect(Object.keys(roles).sort()).toEqual(
      ['api', 'artillery', 'gateway', 'kafka', 'live', 'postgres', 'worker'].sort(),
    );
  });

  it('is told by a page that asks for nothing beside itself', () => {
    expect(page).toContain('readings.acknowledged &gt; 1000000');
    expect(page.match(/<figure class="chart"/g)?.length).toBe(8);
    expect(page).not.toMatch(/(src|href)=|url\(|@import|fetch\(/);
  });
});

describe('a load test of what runs already', () => {
  it(
    'says what it could not measure, and ends with 0',
    async () => {
      const { url, pool } = await startPipeline();
      const json = join(directory, 'of-url.json');
      const ended = await loadTesting(
        ...['--url', url, '--sockets', '20', '--minutes', '0.05', '--rate', '20'],
        ...anySpeed('readings.latency'),
        ...['--json', json, '--html', join(directory, 'of-url.html')],
      );
      const report = reportOf(ended, json);
      expect(ended).toMatchObject({ code: 0 });
      expect(report.ledger).toBe(null);
      expect(report.unmeasured.join()).toContain('The ledger was not compared');
      const { rows } = await pool.query<{ count: string }>('select count(*) from readings');
      expect(Number(rows[0]?.count)).toBe(report.totals.counters['readings.acknowledged']);
    },
    TIMEOUT_MS,
  );

  it.each([
    [['--sokcets', '5'], /^error: Unknown option '--sokcets'.*\n$/],
    [['--scenario', 'nothing'], /^error: no scenario is named 'nothing'.*\n$/],
    [['--url', 'http://127.0.0.1'], /^error: --url is like ws:.*\n$/],
  ])('%j is refused in one line', async (args, line) => {
    const ended = await loadTesting(...args);
    expect(ended.err).toMatch(line);
    expect(ended).toMatchObject({ code: 2, out: '' });
  });

  it('names the URL where nobody answers', async () => {
    const [port = 0] = await freePorts(1);
    const ended = await loadTesting('--url', `ws://127.0.0.1:${port}`);
    expect(ended.err).toBe(
      `error: no answer of a gateway at ws://127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}\n`,
    );
    expect(ended.code).toBe(2);
  });

  it('names the URL where something else answers', async () => {
    const page = createServer((_, response) => response.end('a page'));
    await once(page.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void page.close());
    const at = `127.0.0.1:${(page.address() as AddressInfo).port}`;
    const { url } = await startPipeline();
    for (const [args, line] of [
      [['--url', `ws://${at}`], `a gateway at ws://${at}: 200, and no WebSocket`],
      [['--url', url, '--live-url', `ws://${at}`], `a live feed at ws://${at}: 200, and no WebSocket`],
      [['--url', url, '--api-url', `http://${at}`], `an API at http://${at}: 200`],
    ] as const) {
      expect(await loadTesting(...args)).toEqual({ code: 2, out: '', err: `error: no answer of ${line}\n` });
    }
  });

  it(
    'is interrupted: ends what it started, and reports what it measured until then',
    async () => {
      const { url } = await startPipeline();
      const [json, own] = [join(directory, 'interrupted.json'), join(directory, 'interrupted')];
      await mkdir(own);
      const child = startLoadTesting(
        ['--url', url, '--sockets', '20', '--minutes', '30', '--rate', '20', '--json', json],
        { TMPDIR: own },
      );
      for await (const line of createInterface({ input: child.stderr })) {
        if (/^hold .* [1-9]\d* acknowledged/.test(line)) break;
      }
      expect(await processesOf(own)).not.toEqual([]);
      const exited = once(child, 'exit');
      child.stderr.resume();
      child.kill('SIGINT');
      expect(await exited).toEqual([130, null]);
      expect(await processesOf(own)).toEqual([]);
      const report = JSON.parse(readFileSync(json, 'utf8')) as LoadReport;
      expect(report).toMatchObject({ interrupted: true, ok: false });
      expect(report.unmeasured[0]).toMatch(/^The run was interrupted after \d+ s\.$/);
      expect(report.totals.counters['readings.acknowledged']).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});
