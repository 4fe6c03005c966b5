import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { chromiumUnavailable, launchChromium } from '../../tests/harness/chromium.js';
import { Child } from '../child.js';
import { compiled } from '../compile.js';
import type { Figure, SuiteOptions, SuiteResult } from '../figure.js';
import type { SendRequest, Sent } from '../live/charger.js';
import { LiveRole } from '../live/live-role.js';
import { monotonicMs } from '../live/monotonic.js';
import { WATCH_PAGE, type Watched } from '../live/watch-page.js';
import { PipelineRoles } from '../pipeline-roles.js';
import { Services } from '../services.js';
import { quantile } from '../statistics.js';
import { Topics } from '../topics.js';

/** Where the compiled API looks for it. */
const DASHBOARD = join(dirname(compiled('dist/dashboard')), 'dashboard');

const LOADS = {
  /** Every reading of a fleet goes to the overview. */
  overview: { page: '', perSecond: 1_000, chargePoints: 100, subscribed: 'main' },
  /** All readings are of the charge point that is looked at, and go into its chart and tiles. */
  chargePoint: { page: 'charge-points/BENCH-0', perSecond: 2_000, chargePoints: 1, subscribed: '.history' },
} as const;
type Load = (typeof LOADS)[keyof typeof LOADS];

interface Run {
  /** ms from when a reading was due until the page had its message, and until the frame after. */
  readonly heard: readonly number[];
  readonly drawn: readonly number[];
  readonly watched: Watched;
}

/** From a charger's reading to the screen of a real browser, and how smooth that screen stays. */
export async function liveDashboardSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const missing = chromiumUnavailable();
  if (missing !== undefined) throw new Error(missing);
  buildDashboard();
  const timing = quick ? { warmUpMs: 3_000, measureMs: 3_000 } : { warmUpMs: 6_000, measureMs: 15_000 };
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const runs: { overview: Run; chargePoint: Run }[] = [];
  for (let round = 0; round < rounds; round++) {
    const topic = (name: string): Promise<string> => topics.create(`bench-dashboard-${name}-${round}`);
    const overview = await run(services, await topic('overview'), LOADS.overview, timing);
    const chargePoint = await run(services, await topic('charge-point'), LOADS.chargePoint, timing);
    runs.push({ overview, chargePoint });
    const [p50, p99] = [0.5, 0.99].map((q) => quantile(overview.heard, q).toFixed(1));
    const { longTasks } = chargePoint.watched;
    progress(
      `live-dashboard: round ${round + 1}/${rounds}: p50 ${p50} ms, p99 ${p99} ms; ${longTasks.length} long tasks`,
    );
  }
  const figure = (name: string, unit: string, of: (run: (typeof runs)[number]) => number): Figure => ({
    ...{ name, unit, product: runs.map(of), floor: null, target: null },
  });
  const within = (atMost: number): Pick<Figure, 'target'> => ({ target: { of: 'product', atMost } });
  return {
    suite: 'live-dashboard',
    method:
      `Gateway, worker, API and live role in processes of their own on Kafka and PostgreSQL, and the dashboard in Chromium, without a screen, on the same machine. ` +
      `Overview: ${LOADS.overview.perSecond} readings a second of ${LOADS.overview.chargePoints} charge points; times count from when a message was due until the page has it, ` +
      `durable all the way, and until the frame after it. Charge point: ${LOADS.chargePoint.perSecond} readings a second of the one that is open, in chart and tiles. ` +
      'A long task holds the page up for more than 50 ms.',
    figures: [
      {
        ...figure('charger to browser, p50', 'ms', ({ overview }) => quantile(overview.heard, 0.5)),
        ...within(50),
      },
      {
        ...figure('charger to browser, p99', 'ms', ({ overview }) => quantile(overview.heard, 0.99)),
        ...within(150),
      },
      figure('charger to the next frame, p50', 'ms', ({ overview }) => quantile(overview.drawn, 0.5)),
      figure('charger to the next frame, p99', 'ms', ({ overview }) => quantile(overview.drawn, 0.99)),
      figure('charge point: frames a second', '1/s', ({ chargePoint: { watched } }) =>
        framesPerSecond(watched),
      ),
      figure('charge point: frame, p99', 'ms', ({ chargePoint: { watched } }) =>
        quantile(watched.frames, 0.99),
      ),
      figure('charge point: long tasks a minute', '1/min', ({ chargePoint: { watched } }) =>
        longTasksAMinute(watched),
      ),
      figure('charge point: longest task', 'ms', ({ chargePoint: { watched } }) =>
        Math.max(0, ...watched.longTasks),
      ),
      { ...figure('script, gzipped', 'KB', () => scriptBytes() / 1_024), ...within(150) },
    ],
    breakdowns: [],
  };
}

function buildDashboard(): void {
  const root = join(import.meta.dirname, '../..');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const { status, error } = spawnSync(
    process.execPath,
    [vite, 'build', '--logLevel', 'warn', '--outDir', DASHBOARD, '--emptyOutDir'],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`vite ended with ${status ?? 'a signal'}`);
}

function scriptBytes(): number {
  const assets = join(DASHBOARD, 'assets');
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  return scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0);
}

function framesPerSecond({ frames }: Watched): number {
  return (frames.length * 1_000) / frames.reduce((sum, each) => sum + each, 0);
}

function longTasksAMinute({ frames, longTasks }: Watched): number {
  return (longTasks.length * 60_000) / frames.reduce((sum, each) => sum + each, 0);
}

async function run(
  services: Services,
  topic: string,
  load: Load,
  { warmUpMs, measureMs }: { warmUpMs: number; measureMs: number },
): Promise<Run> {
  await using pipeline = await PipelineRoles.create(services, topic);
  await using live = await LiveRole.start(pipeline.databaseUrl);
  for (const role of ['gateway', 'worker', 'api']) {
    await pipeline.start(role, { DASHBOARD_LIVE_URL: `ws://127.0.0.1:${live.port}/live` });
  }
  await using charger = Child.start('benchmarks/live/charger');
  const send = (forMs: number): Promise<Sent> => {
    const request: SendRequest = { gatewayPort: pipeline.gatewayPort, ...load, forMs };
    return charger.call<Sent>('send', request);
  };
  // The charge point is there when its page is opened.
  await send(1_000);
  await using browser = await launchChromium();
  const page = await open(browser, `http://127.0.0.1:${pipeline.apiPort}/#/${load.page}`, load.subscribed);
  // What the page says of its own clock, on the clock of the charger.
  const offset = monotonicMs() - Date.now();
  const { dueAt } = await send(warmUpMs + measureMs);
  const last = dueAt.length - 1;
  await page.waitForFunction(`watched.heardAt[${last}] > ${(dueAt[0] ?? 0) - offset}`, undefined, {
    timeout: 30_000,
  });
  const watched = await page.evaluate<Watched>('watched.end()');
  const measured = dueAt.map((due, index) => ({ due, index })).slice((warmUpMs / 1_000) * load.perSecond);
  const since = (at: readonly number[]): number[] =>
    measured.map(({ due, index }) => (at[index] ?? 0) + offset - due);
  return { heard: since(watched.heardAt), drawn: since(watched.drawnAt), watched };
}

async function open(browser: Browser, url: string, subscribed: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(WATCH_PAGE);
  await page.goto(url);
  await page.locator('[data-connection=live]').waitFor({ state: 'attached' });
  await page.locator(subscribed).first().waitFor();
  return page;
}
