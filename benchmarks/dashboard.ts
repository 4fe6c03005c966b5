import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { SLOTS } from '../store/rollups/shards.js';
import { seededRandom } from '../helpers/seeded-random.js';
import type { Breakdown } from './figure.js';
import { quantile } from './statistics.js';
import { TimedRequests } from './timed-requests.js';

export interface DashboardOptions {
  readonly port: number;
  /** Of the API process. */
  readonly metricsUrl: string;
  readonly sql: pg.Client;
  readonly chargePoints: number;
  /** Begin of the day that readings still come in of, ms. */
  readonly lastDayMs: number;
  readonly seconds: number;
}

/** Open at once; each looks at one of the boards and refreshes it every ten seconds. */
const VIEWERS = 200;
const REFRESH_MS = 10_000;
const BOARDS = 40;
const DAY_MS = 86_400_000;

/**
 * Boards of a fleet on many screens: its energy of the last 30 whole days, that of one charge point by the hour, its power of the last
 * whole day, and its energy of today. Today changes each second, as of a fleet that is charging: each charge point once a minute.
 */
export async function dashboardHits(options: DashboardOptions): Promise<Breakdown> {
  const { port, lastDayMs, seconds } = options;
  const random = seededRandom(2);
  using requests = new TimedRequests(port);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const whole = `from=${iso(lastDayMs - 30 * DAY_MS)}&to=${iso(lastDayMs)}`;
  const today = `from=${iso(lastDayMs)}&to=${iso(lastDayMs + DAY_MS)}`;
  const panels: readonly ((id: string) => string)[] = [
    () => `/v1/energy?${whole}&interval=1d&groupBy=none`,
    (id) => `/v1/energy?${whole}&interval=1h&groupBy=chargePoint&limit=1000&chargePointId=${id}`,
    (id) =>
      `/v1/aggregates?from=${iso(lastDayMs - DAY_MS)}&to=${iso(lastDayMs)}&measurand=Power.Active.Import&interval=15m&chargePointId=${id}`,
    (id) => `/v1/energy?${today}&interval=15m&groupBy=chargePoint&chargePointId=${id}`,
  ];
  const times: number[] = [];
  const changing = new AbortController();
  const changes = changeEverySecond(options, changing.signal);
  // Each board once: what a cold start costs is no rate.
  for (let board = 0; board < BOARDS; board++)
    for (const panel of panels) await requests.get(panel(idOf(board)));
  const before = await outcomes(options.metricsUrl);
  const startedAt = performance.now();
  for (let refreshes = 0; ; refreshes++) {
    const dueMs = (refreshes * REFRESH_MS) / VIEWERS;
    if (dueMs >= seconds * 1_000) break;
    await delay(Math.max(0, startedAt + dueMs - performance.now()));
    // Some boards are on most screens.
    const id = idOf(Math.floor(BOARDS * random() ** 2));
    for (const panel of panels) times.push((await requests.get(panel(id))).ms);
  }
  changing.abort();
  await changes;
  const after = await outcomes(options.metricsUrl);
  const count = (outcome: string): number => (after.get(outcome) ?? 0) - (before.get(outcome) ?? 0);
  const all = times.length;
  const inMemory = count('hit') + count('joined') + count('unchanged');
  return {
    title:
      `A dashboard-like workload: ${VIEWERS} screens with one of ${BOARDS} boards each, refreshed every ${REFRESH_MS / 1_000} s, four panels a board ` +
      '(30 whole days of the fleet, and of a charge point by the hour; its power of the day before; today); today changes for each charge point once a minute',
    headings: [
      'questions',
      'from memory',
      'made again since changed',
      'not known',
      'hit rate',
      'p50 ms',
      'p99 ms',
    ],
    lines: [
      [
        all,
        inMemory,
        count('stale'),
        count('miss'),
        `${((inMemory / all) * 100).toFixed(0)}%`,
        quantile(times, 0.5).toFixed(1),
        quantile(times, 0.99).toFixed(1),
      ],
    ],
  };
}

const idOf = (board: number): string => `CP-${1 + board * 7}`;

/** What passes over the newest readings do to caches, where each charge point sends one message a minute. */
async function changeEverySecond(
  { sql, lastDayMs, chargePoints }: DashboardOptions,
  signal: AbortSignal,
): Promise<void> {
  const day = new Date(lastDayMs).toISOString().slice(0, 10);
  const slotsEachSecond = Math.min(SLOTS, Math.ceil(chargePoints / 60));
  for (let first = 0; !signal.aborted; first = (first + slotsEachSecond) % SLOTS) {
    await sql.query(
      `insert into rollup_versions as v (scope, day, version)
       select scope, $1::date, 1 from (
         select generate_series(0, 15) union all
         select ${SLOTS} + (s % ${SLOTS}) from generate_series($2::integer, $3::integer) s
       ) changed (scope)
       on conflict (scope, day) do update set version = v.version + 1`,
      [day, first, first + slotsEachSecond - 1],
    );
    await delay(1_000, undefined, { signal }).catch(() => undefined);
  }
}

async function outcomes(metricsUrl: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(metricsUrl)).text();
  const found = new Map<string, number>();
  for (const [, outcome = '', value] of text.matchAll(
    /^meterpulse_api_cache_requests_total\{[^}]*outcome="(\w+)"[^}]*\} (\d+)$/gm,
  )) {
    found.set(outcome, (found.get(outcome) ?? 0) + Number(value));
  }
  return found;
}
