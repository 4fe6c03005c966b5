import { newAccessKey, SecretHash } from '../../server/access/secrets.js';
import { seededRandom } from '../../helpers/seeded-random.js';
import { insertAccessKey } from '../../store/access/access-keys.js';
import { freePorts } from '../../tests/harness/free-ports.js';
import { ALGORITHMS, HOLDERS, REQUESTS_EACH, timeAccessChecks, type AccessChecks } from '../access-checks.js';
import { withClient } from '../execute.js';
import type { Figure, SuiteOptions, SuiteResult } from '../figure.js';
import { SAMPLES_A_DAY, SERIES } from '../fleet.js';
import { RoleProcess } from '../role-process.js';
import { SeededDatabase } from '../seeded-database.js';
import { quantile } from '../statistics.js';
import { TimedRequests } from '../timed-requests.js';

const DAYS = 31;
const FROM = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const [ASKED_FROM, ASKED_TO] = [FROM + DAY_MS, FROM + DAYS * DAY_MS].map((ms) => new Date(ms).toISOString());
const RANGE = `from=${ASKED_FROM}&to=${ASKED_TO}`;
/** All charge points are of it, so that everybody is answered the same rows. */
const SITE = 'depot';
const CREDENTIALS_KEY = 'ab'.repeat(32);
/** Of an answer that anybody gets. */
const MAX_RATIO = 1.1;
const MAX_CHECK_US = 50;

interface Question {
  readonly name: string;
  readonly times: number;
  readonly path: (chargePoint: string) => string;
}

/** What it costs to know who asks, and to show the rows of their sites alone. */
export async function accessSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { rounds, quick, size, directory, progress } = options;
  const readings = size ?? (quick ? 200_000 : 2_000_000);
  const chargePoints = Math.max(100, Math.round(readings / (SERIES * SAMPLES_A_DAY * DAYS)));
  const seed = { directory, progress, chargePoints, fromMs: FROM, days: DAYS };
  await using database = await SeededDatabase.open(seed);
  const key = await keyOfSite(database.url);
  const [openPort = 0, openAdmin = 0, lockedPort = 0, lockedAdmin = 0] = await freePorts(4);
  // One key asks them all, as quickly as it is answered.
  const environment = {
    DATABASE_URL: database.url,
    API_CACHE_MB: '0',
    LIMIT_KEY_PER_MINUTE: '0',
    LIMIT_SITE_PER_MINUTE: '0',
  };
  await using open = await RoleProcess.start('api', openAdmin, {
    ...environment,
    API_PORT: String(openPort),
  });
  await using locked = await RoleProcess.start('api', lockedAdmin, {
    ...environment,
    CREDENTIALS_KEY,
    API_PORT: String(lockedPort),
  });
  progress(`access: the APIs are ready; their metrics are at ${open.metricsUrl} and ${locked.metricsUrl}`);
  using openRequests = new TimedRequests(openPort);
  using lockedRequests = new TimedRequests(lockedPort);
  const asked = questionsOf(quick);
  const found = asked.map(() => ({ product: [] as number[], floor: [] as number[] }));
  const checks: AccessChecks[] = [];
  for (let round = 0; round < rounds; round++) {
    checks.push(await timeAccessChecks());
    for (const [at, { times, path }] of asked.entries()) {
      const random = seededRandom(round + 1);
      const [product, floor]: [number[], number[]] = [[], []];
      // In turns, so that what else the machine does is everybody's.
      for (let index = 0; index < times; index++) {
        const one = path(`CP-${1 + Math.floor(random() * chargePoints)}`);
        const ask = async (): Promise<void> => {
          product.push((await lockedRequests.get(one, { authorization: `Bearer ${key}` })).ms);
        };
        // Whoever comes second finds the pages read: they take turns at that, too.
        if (index % 2 === 0) await ask();
        floor.push((await openRequests.get(one)).ms);
        if (index % 2 === 1) await ask();
      }
      found[at]?.product.push(quantile(product, 0.5));
      found[at]?.floor.push(quantile(floor, 0.5));
    }
    progress(`access: round ${round + 1}/${rounds}`, (round + 1) / rounds);
  }
  return {
    suite: 'access',
    method:
      `${HOLDERS} holders of a token or a key ask ${REQUESTS_EACH} times each within a minute, in one process: CPU time a request, threads for cryptography included; of tokens the mean of three algorithms. ` +
      `The questions: ${(chargePoints * SERIES * SAMPLES_A_DAY * DAYS).toLocaleString('en')} readings of ${chargePoints.toLocaleString('en')} charge points over ${DAYS} days, ` +
      'by a key that sees one site, of which all of them are, so that the rows are the same; floor: the same API without authentication. Neither keeps answers; ' +
      'one connection each, in turns, p50 of each round.',
    figures: [
      check(
        'a token is checked, amortised',
        checks.map(
          ({ byAlgorithm }) =>
            ALGORITHMS.reduce((sum, name) => sum + byAlgorithm[name], 0) / ALGORITHMS.length,
        ),
      ),
      check(
        'an access key is checked, amortised',
        checks.map(({ byKey }) => byKey),
      ),
      ...asked.map(({ name }, at): Figure => ({
        name,
        unit: 'ms',
        product: found[at]?.product ?? [],
        floor: found[at]?.floor ?? [],
        target: { of: 'ratio', atMost: MAX_RATIO },
      })),
    ],
    breakdowns: [
      {
        title: 'A token by the algorithm of its signature, µs a request',
        headings: ['algorithm', 'µs'],
        lines: ALGORITHMS.map((name) => [
          name,
          quantile(
            checks.map(({ byAlgorithm }) => byAlgorithm[name]),
            0.5,
          ).toFixed(1),
        ]),
      },
    ],
  };
}

function check(name: string, product: readonly number[]): Figure {
  return { name, unit: 'µs', product, floor: null, target: { of: 'product', atMost: MAX_CHECK_US } };
}

function questionsOf(quick: boolean): readonly Question[] {
  const [one, all] = quick ? [20, 5] : [100, 20];
  return [
    {
      name: 'hourly energy of a charge point over 30 days',
      times: one,
      path: (id) => `/v1/energy?${RANGE}&interval=1h&groupBy=chargePoint&limit=1000&chargePointId=${id}`,
    },
    {
      name: 'daily energy of all charge points over 30 days',
      times: all,
      path: () => `/v1/energy?${RANGE}&interval=1d&groupBy=none`,
    },
    { name: 'newest values of a charge point', times: one, path: (id) => `/v1/charge-points/${id}/latest` },
    {
      name: 'a page of 100 readings',
      times: one,
      path: (id) => `/v1/readings?${RANGE}&limit=100&chargePointId=${id}`,
    },
    { name: 'a page of 100 charge points', times: one, path: () => '/v1/charge-points?limit=100' },
  ];
}

async function keyOfSite(databaseUrl: string): Promise<string> {
  const { id, key } = newAccessKey();
  const hash = new SecretHash(Buffer.from(CREDENTIALS_KEY, 'hex')).ofKey(key);
  await withClient(databaseUrl, async (client) => {
    await client.query('update charge_points set site = $1 where site <> $1', [SITE]);
    await client.query('vacuum analyze charge_points');
    await insertAccessKey(client, {
      ...{ id, name: 'bench', hash, scopes: ['readings:read'], sites: [SITE], chargePointIds: null },
      expiresAt: null,
    });
  });
  return key;
}
