import { freePorts } from '../../tests/harness/free-ports.js';
import { seededRandom } from '../../helpers/seeded-random.js';
import { SAMPLES_A_DAY, SERIES } from '../fleet.js';
import { RoleProcess } from '../role-process.js';
import { TimedRequests } from '../timed-requests.js';
import { walkReadings } from '../walk-readings.js';
import { chargePointsOf, DAY_MS, DAYS, FROM } from './grown-fleet.js';

const PAGE_ROWS = 100;
/** Charge points whose readings are walked to their end. */
const WALKED = 100;

export const QUESTIONS = [
  'hourly energy of a charge point for a day',
  'newest values of a charge point',
  `a page of ${PAGE_ROWS} readings at any depth`,
] as const;

/** @returns ms of each answer, by question. */
export async function askQuestions(
  databaseUrl: string,
  rows: number,
  times: number,
  round: number,
): Promise<readonly number[][]> {
  const [apiPort = 0, adminPort = 0] = await freePorts(2);
  const api = await RoleProcess.start('api', adminPort, {
    DATABASE_URL: databaseUrl,
    API_PORT: String(apiPort),
    API_CACHE_MB: '0',
  });
  try {
    return await askOf(apiPort, rows, times, round);
  } finally {
    await api.stop();
  }
}

async function askOf(port: number, rows: number, times: number, round: number): Promise<readonly number[][]> {
  using requests = new TimedRequests(port);
  const random = seededRandom(round + 1);
  const anyone = (): string => `CP-${1 + Math.floor(random() * chargePointsOf(rows))}`;
  const anyDay = (): string => {
    const from = FROM + Math.floor(random() * DAYS) * DAY_MS;
    return `from=${new Date(from).toISOString()}&to=${new Date(from + DAY_MS).toISOString()}`;
  };
  const repeat = async (path: () => string): Promise<number[]> => {
    const all: number[] = [];
    // A process that has just started answers slower: the first tenth is no figure.
    for (let index = -times / 10; index < times; index++) {
      const { ms } = await requests.get(path());
      if (index >= 0) all.push(ms);
    }
    return all;
  };
  return [
    await repeat(
      () => `/v1/energy?${anyDay()}&interval=1h&groupBy=chargePoint&limit=1000&chargePointId=${anyone()}`,
    ),
    await repeat(() => `/v1/charge-points/${anyone()}/latest`),
    await walkReadings(requests, {
      chargePoints: WALKED,
      rows: WALKED * SERIES * SAMPLES_A_DAY * DAYS,
      pages: times,
      pageRows: PAGE_ROWS,
    }),
  ];
}
