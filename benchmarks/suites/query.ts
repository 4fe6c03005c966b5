import pg from 'pg';
import type { Figure, SuiteOptions, SuiteResult, Target } from '../figure.js';
import { dashboardHits } from '../dashboard.js';
import { DAILY_OF_ALL, HOURLY_OF_ONE, NEWEST, PAGE } from '../raw-questions.js';
import { RoleProcess } from '../role-process.js';
import { SeededDatabase } from '../seeded-database.js';
import { quantile } from '../statistics.js';
import { SAMPLES_A_DAY, SERIES } from '../fleet.js';
import { TimedRequests } from '../timed-requests.js';
import { walkReadings } from '../walk-readings.js';
import { seededRandom } from '../../helpers/seeded-random.js';
import { freePorts } from '../../tests/harness/free-ports.js';

const DAYS = 31;
/** Begin of the readings; the questions are about the last 30 days. */
const FROM = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const [ASKED_FROM, ASKED_TO] = [FROM + DAY_MS, FROM + DAYS * DAY_MS].map((ms) => new Date(ms).toISOString());
const RANGE = `from=${ASKED_FROM}&to=${ASKED_TO}`;
const PAGE_ROWS = 100;
/** Charge points whose readings are walked to their end. */
const WALKED = 100;
const WALK = { chargePoints: WALKED, rows: WALKED * SERIES * SAMPLES_A_DAY * DAYS, pageRows: PAGE_ROWS };

/** How often each question is asked in a round. */
interface Times {
  readonly one: number;
  readonly all: number;
  readonly rawOne: number;
  readonly rawAll: number;
}

/** One question: milliseconds of each time it was asked in a round. */
interface Question {
  readonly name: string;
  readonly target: { readonly p99?: Target; readonly p50?: Target };
  readonly product: () => Promise<number[]>;
  readonly raw: () => Promise<number[]>;
}

/** Answers of the API about many stored readings, each beside plain SQL over the raw rows. */
export async function querySuite({
  rounds,
  quick,
  size,
  directory,
  progress,
}: SuiteOptions): Promise<SuiteResult> {
  const readings = size ?? (quick ? 200_000 : 20_000_000);
  const chargePoints = Math.max(WALKED, Math.round(readings / (SERIES * SAMPLES_A_DAY * DAYS)));
  await using database = await SeededDatabase.open({
    directory,
    progress,
    chargePoints,
    fromMs: FROM,
    days: DAYS,
  });
  const [apiPort = 0, adminPort = 0, cachePort = 0, cacheAdminPort = 0] = await freePorts(4);
  const environment = { DATABASE_URL: database.url };
  await using api = await RoleProcess.start('api', adminPort, {
    ...environment,
    API_PORT: String(apiPort),
    // Each answer is made anew.
    API_CACHE_MB: '0',
  });
  using requests = new TimedRequests(apiPort);
  progress(`query: the API is ready; its metrics are at ${api.metricsUrl}`);
  const sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  try {
    const times = quick
      ? { one: 40, all: 4, rawOne: 10, rawAll: 1 }
      : { one: 300, all: 15, rawOne: 40, rawAll: 1 };
    const asked = questions(requests, sql, chargePoints, times);
    const found = new Map(
      asked.map(({ name }) => [name, { product: [] as number[][], raw: [] as number[][] }]),
    );
    for (let round = 0; round < rounds; round++) {
      for (const { name, product, raw } of asked) {
        found.get(name)?.product.push(await product());
        found.get(name)?.raw.push(await raw());
      }
      progress(`query: round ${round + 1}/${rounds}`);
    }
    await using cached = await RoleProcess.start('api', cacheAdminPort, {
      ...environment,
      API_PORT: String(cachePort),
    });
    const hits = await dashboardHits({
      port: cachePort,
      metricsUrl: cached.metricsUrl,
      sql,
      chargePoints,
      lastDayMs: FROM + (DAYS - 1) * DAY_MS,
      seconds: quick ? 5 : 30,
    });
    return {
      suite: 'query',
      method:
        `${(chargePoints * SERIES * SAMPLES_A_DAY * DAYS).toLocaleString('en')} readings of ${chargePoints.toLocaleString('en')} charge points over ${DAYS} days ` +
        '(register and power every two minutes of a two-hour charge a day, stored in the order of time; aggregates by the real pass; ' +
        'tables vacuumed and analysed). One connection over HTTP to an API process that keeps no answers, one question at a time. ' +
        'Floor: plain SQL over the raw rows, one connection, without HTTP and JSON; it takes the median of ' +
        `${times.rawOne} (all charge points: ${times.rawAll}) a round, and its ratio compares p50.`,
      figures: asked.flatMap((question) => figuresOf(question, found.get(question.name))),
      breakdowns: [hits],
    };
  } finally {
    await sql.end();
  }
}

function questions(
  requests: TimedRequests,
  sql: pg.Client,
  chargePoints: number,
  times: Times,
): readonly Question[] {
  const random = seededRandom(1);
  const anyone = (): string => `CP-${1 + Math.floor(random() * chargePoints)}`;
  const timed = async (text: string, values: unknown[]): Promise<number> => {
    const startedAt = performance.now();
    await sql.query(text, values);
    return performance.now() - startedAt;
  };
  const repeat = async (count: number, once: () => Promise<number>): Promise<number[]> => {
    const all: number[] = [];
    for (let index = 0; index < count; index++) all.push(await once());
    return all;
  };
  const ask = (path: () => string) => async () => (await requests.get(path())).ms;
  return [
    {
      name: 'hourly energy of a charge point over 30 days',
      target: { p99: { of: 'product', atMost: 20 } },
      product: () =>
        repeat(
          times.one,
          ask(
            () => `/v1/energy?${RANGE}&interval=1h&groupBy=chargePoint&limit=1000&chargePointId=${anyone()}`,
          ),
        ),
      raw: () => repeat(times.rawOne, () => timed(HOURLY_OF_ONE, [anyone(), ASKED_FROM, ASKED_TO])),
    },
    {
      name: 'daily energy of all charge points over 30 days',
      target: { p99: { of: 'product', atMost: 500 } },
      product: () =>
        repeat(
          times.all,
          ask(() => `/v1/energy?${RANGE}&interval=1d&groupBy=none`),
        ),
      raw: () => repeat(times.rawAll, () => timed(DAILY_OF_ALL, [ASKED_FROM, ASKED_TO])),
    },
    {
      name: 'newest values of a charge point',
      target: { p99: { of: 'product', atMost: 10 } },
      product: () =>
        repeat(
          times.one,
          ask(() => `/v1/charge-points/${anyone()}/latest`),
        ),
      raw: () => repeat(times.rawOne, () => timed(NEWEST, [anyone()])),
    },
    {
      name: `a page of ${PAGE_ROWS} readings at any depth`,
      target: { p99: { of: 'product', atMost: 20 } },
      product: () => walkReadings(requests, { ...WALK, pages: times.one }),
      raw: () =>
        repeat(times.rawOne, () => {
          const first = Array.from({ length: WALKED }, (_, index) => `CP-${1 + index}`);
          return timed(PAGE, [first, Math.floor(random() * (WALK.rows - PAGE_ROWS)), PAGE_ROWS]);
        }),
    },
  ];
}

function figuresOf(
  { name, target }: Question,
  found: { readonly product: readonly number[][]; readonly raw: readonly number[][] } | undefined,
): Figure[] {
  if (found === undefined) return [];
  const raw = found.raw.map((times) => quantile(times, 0.5));
  const of = (share: number): number[] => found.product.map((times) => quantile(times, share));
  return [
    { name: `${name}, p50`, unit: 'ms', product: of(0.5), floor: raw, target: target.p50 ?? null },
    { name: `${name}, p99`, unit: 'ms', product: of(0.99), floor: null, target: target.p99 ?? null },
  ];
}
