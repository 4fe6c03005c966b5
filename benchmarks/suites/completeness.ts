import { freePorts } from '../../tests/harness/free-ports.js';
import type { SuiteOptions, SuiteResult } from '../figure.js';
import { RoleProcess } from '../role-process.js';
import { DAYS, FROM, seedCompleteness } from '../seed-completeness.js';
import { quantile } from '../statistics.js';
import { TimedRequests } from '../timed-requests.js';
import { withVacuumedPostgres } from '../vacuumed-postgres.js';

const DAY_MS = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const DAY = `from=${iso(FROM + (DAYS - 1) * DAY_MS)}&to=${iso(FROM + DAYS * DAY_MS)}`;
const WEEK = `from=${iso(FROM + DAY_MS)}&to=${iso(FROM + DAYS * DAY_MS)}`;
const NDJSON = { accept: 'application/x-ndjson' };

/** What it takes to tell how much of a fleet's samples is there. */
export async function completenessSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const chargePoints = quick ? 1_000 : 50_000;
  return await withVacuumedPostgres([], async ({ url }, client) => {
    await seedCompleteness(url, client, chargePoints);
    progress(`completeness: ${chargePoints} charge points`, 0.3);
    const [apiPort = 0, adminPort = 0] = await freePorts(2);
    await using api = await RoleProcess.start('api', adminPort, {
      DATABASE_URL: url,
      API_PORT: String(apiPort),
    });
    progress(`completeness: the API is ready; its metrics are at ${api.metricsUrl}`);
    using requests = new TimedRequests(apiPort);
    const all = async (range: string): Promise<number> => {
      const { text, ms } = await requests.get(`/v1/completeness?${range}`, NDJSON);
      const lines = text.trim().split('\n').length;
      if (lines !== chargePoints) throw new Error(`${lines} lines of ${chargePoints} charge points`);
      return ms;
    };
    const times = quick ? 2 : 5;
    const median = async (once: () => Promise<number>): Promise<number> => {
      const found: number[] = [];
      for (let count = 0; count < times; count++) found.push(await once());
      return quantile(found, 0.5);
    };
    const figures = { day: [] as number[], week: [] as number[], page: [] as number[], one: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      figures.day.push(await median(() => all(DAY)));
      figures.week.push(await median(() => all(WEEK)));
      figures.page.push(
        await median(async () => (await requests.get(`/v1/completeness?${DAY}&limit=100`)).ms),
      );
      figures.one.push(
        await median(async () => (await requests.get(`/v1/charge-points/CP-7/completeness?${WEEK}`)).ms),
      );
      progress(`completeness: round ${round + 1}/${rounds}`);
    }
    const figure = (name: string, product: readonly number[], atMost: number | null) => ({
      ...{ name, unit: 'ms', product, floor: null },
      target: atMost === null ? null : ({ of: 'product', atMost } as const),
    });
    return {
      suite: 'completeness',
      method:
        `${chargePoints.toLocaleString('en')} charge points with two series and a session a day, ${DAYS} days of aggregates by SQL, ` +
        `tables vacuumed and analysed. One connection over HTTP to an API process, one question at a time; median of ${times} in a round. ` +
        'All charge points come as NDJSON, to the last byte.',
      figures: [
        figure('all charge points, a day', figures.day, 1_000),
        figure('all charge points, seven days', figures.week, null),
        figure('a page of 100, a day', figures.page, null),
        figure('one charge point with gaps, seven days', figures.one, null),
      ],
      breakdowns: [],
    };
  });
}
