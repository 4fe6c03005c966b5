import { fileURLToPath } from 'node:url';
import { createServer } from 'node:net';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isLoopback } from '../../config/access-variables.js';
import { createProgressReporter } from '../../client/replay/progress.js';
import { replay } from '../../client/replay/replay.js';
import type { ReplaySummary } from '../../client/replay/summary.js';
import { createPool } from '../../store/pool.js';
import { ReadDatabase } from '../../store/read/read-database.js';
import { readStats, type Stats } from '../../store/read/stats.js';
import { listen } from '../lifecycle/listen.js';
import { readRunning } from '../lifecycle/running-file.js';
import { untilSignal } from '../lifecycle/until-signal.js';
import { runAllRoles, type Addresses } from './all.js';
import { aggregated, fetchEnergy, type ChargePointEnergy } from './demo-energy.js';
import { withoutTls } from './listener-tls.js';
import { createRoleContext, type RoleContext } from './role-context.js';

export interface DemoReport {
  readonly replay: ReplaySummary;
  /** Counted by the workers during this demo alone. */
  readonly messages: Stats['messages'];
  readonly readings: Stats['readings'];
  /** Seconds from the first row sent until the last one was stored. */
  readonly seconds: number;
  /** Of each charge point, on all days of which anything is stored. */
  readonly energy: readonly ChargePointEnergy[];
  readonly addresses: Addresses;
  /** Whether every answered message was counted once, and as one of the three outcomes. */
  readonly addsUp: boolean;
}

export interface DemoOptions {
  /** Stay up after the report until a signal. */
  readonly keep: boolean;
  /** No progress bar. */
  readonly quiet: boolean;
  readonly onReport: (report: DemoReport) => void;
}

const STORED_POLL_MS = 25;

/** Every role, the sample workbook sent through them, and what came of it. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const context = await forDemonstration(createRoleContext('demo', { logLevel: 'warn' }));
  const { config, logger } = context;
  await untilSignal(
    async (signal) => {
      const finished = new AbortController();
      let demonstrated: Promise<void> | undefined;
      await runAllRoles(context, AbortSignal.any([signal, finished.signal]), (addresses) => {
        demonstrated = demonstrate(context, addresses, signal, options).finally(() => {
          if (!options.keep) finished.abort();
        });
        // A failure ends the roles; it is thrown below.
        demonstrated.catch(() => finished.abort());
      });
      await demonstrated;
    },
    { logger, stopTimeoutMs: config.GATEWAY_DRAIN_MS + config.LIVE_DRAIN_MS + config.STOP_TIMEOUT_MS },
  );
}

async function demonstrate(
  { config }: RoleContext,
  addresses: Addresses,
  signal: AbortSignal,
  options: DemoOptions,
): Promise<void> {
  const url = (await readRunning(config.DATA_DIR))?.databaseUrl ?? '';
  const pool = createPool({ url, max: 2, applicationName: 'meterpulse-demo' });
  const database = new ReadDatabase(pool, { statementTimeoutMs: config.API_STATEMENT_TIMEOUT_MS });
  const progress = createProgressReporter(process.stderr);
  try {
    const before = await database.read(readStats);
    const startedAt = performance.now();
    const summary = await replay(
      { file: sampleWorkbook(), url: addresses.gateway },
      { signal, onProgress: (at) => (options.quiet ? undefined : progress.show(at)) },
    );
    progress.stop();
    const answered = summary.acknowledged + summary.rejected;
    const after = await stored(database, before.messages.received + answered, signal);
    const seconds = Math.round(performance.now() - startedAt) / 1000;
    if (config.ROLLUPS === 'true') await aggregated(pool, signal);
    const { from, to } = after;
    const energy = from === null || to === null ? [] : await fetchEnergy(addresses.api, { from, to });
    const messages = difference(after.messages, before.messages);
    options.onReport({
      replay: summary,
      messages,
      addsUp:
        messages.received >= answered &&
        messages.received <= answered + summary.retried &&
        messages.received === messages.stored + messages.duplicate + messages.rejected,
      readings: difference(after.readings, before.readings),
      seconds,
      energy,
      addresses,
    });
  } finally {
    progress.stop();
    await pool.end();
  }
}

/** Everything that was answered is on the log; wait until the workers have stored it. */
async function stored(database: ReadDatabase, received: number, signal: AbortSignal): Promise<Stats> {
  for (;;) {
    const stats = await database.read(readStats);
    if (stats.messages.received >= received || signal.aborted) return stats;
    await delay(STORED_POLL_MS);
  }
}

function difference<Counts extends object>(after: Counts, before: Counts): Counts {
  const base = before as Record<string, number>;
  const entries = Object.entries(after as Record<string, number>);
  return Object.fromEntries(entries.map(([name, value]) => [name, value - (base[name] ?? 0)])) as Counts;
}

/** From source it lies two folders up, from dist/ three. */
function sampleWorkbook(): string {
  const candidates = ['../../Files/', '../../../Files/'].map((folder) =>
    fileURLToPath(new URL(`${folder}meter-values-sample.xlsx`, import.meta.url)),
  );
  return candidates.find((file) => existsSync(file)) ?? candidates[0] ?? '';
}

/**
 * A newcomer's port 3000 is often taken: the demo then takes any free one, and prints it. What it starts is for this machine
 * alone, where nobody has to show who they are, and nothing is encrypted.
 */
async function forDemonstration(context: RoleContext): Promise<RoleContext> {
  const { config } = context;
  const portOrAny = async (port: number): Promise<number> => ((await isFree(config.HOST, port)) ? port : 0);
  return {
    ...context,
    config: {
      ...(isLoopback(config.HOST) ? withoutTls(config) : config),
      AUTHENTICATION: isLoopback(config.HOST) ? 'open' : config.AUTHENTICATION,
      GATEWAY_PORT: await portOrAny(config.GATEWAY_PORT),
      API_PORT: await portOrAny(config.API_PORT),
      LIVE_PORT: await portOrAny(config.LIVE_PORT),
      ADMIN_PORT: await portOrAny(config.ADMIN_PORT ?? 9464),
    },
  };
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  const free = await listen(server, { host, port }, '').then(
    () => true,
    () => false,
  );
  if (free) await new Promise((closed) => server.close(closed));
  return free;
}
