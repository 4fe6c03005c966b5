import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregatesStatement } from '../../store/read/aggregates.js';
import { energyStatement } from '../../store/read/energy.js';
import { PLAN_AS_WRITTEN } from '../../store/read/plan-as-written.js';
import { seriesGroupsStatement, type GroupColumn } from '../../store/read/rollup-groups.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const CHARGE_POINTS = 300;
const DAYS = 40;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FIRST = Date.parse('2026-03-01T00:00:00Z');
const DATA = { fromMs: FIRST, toMs: FIRST + DAYS * DAY_MS };
const REGISTER = 'Energy.Active.Import.Register';

const every = (stepMs: number, fromMs: number, toMs: number): number[] =>
  Array.from({ length: (toMs - fromMs) / stepMs + 1 }, (_, at) => fromMs + at * stepMs);

describe('the plan of figures by interval', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let seriesIds: number[];

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `insert into charge_points (id, site) select 'CP-' || i, 's' || i % 5 from generate_series(1, ${CHARGE_POINTS}) i;
       insert into series (charge_point_id, connector_id, measurand, unit)
       select 'CP-' || i, 1, m, case m when 'SoC' then 'Percent' else 'Wh' end
       from generate_series(1, ${CHARGE_POINTS}) i, unnest('{${REGISTER},SoC}'::text[]) m`,
    );
    for (const [table, hours, more] of [
      ['rollup_1d', 24, `, counts_as`],
      ['rollup_1h', 1, ''],
    ] as const) {
      await client.query(
        `insert into ${table} (bucket, first_ts, last_ts, min_value, max_value, sum_value, first_value, last_value,
           measured_wh, estimated_wh, suspect_wh, series_id, count ${more})
         select b, b, b, 1, 1, 1, 1, 1, 1, 0, 0, s.id, 1 ${more === '' ? '' : `, case s.unit when 'Wh' then 2 else 0 end`}
         from series s, generate_series($1::timestamptz, $2::timestamptz - interval '1 second', interval '${hours} hours') b`,
        [new Date(DATA.fromMs).toISOString(), new Date(DATA.toMs).toISOString()],
      );
    }
    const { rows } = await client.query<{ id: number }>(
      'select id from series where measurand = $1 order by id',
      [REGISTER],
    );
    seriesIds = rows.map(({ id }) => id);
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  async function explain({ text, values }: { text: string; values: unknown[] }): Promise<string> {
    await client.query(`begin; ${PLAN_AS_WRITTEN}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, timing off, buffers off) ${text}`,
      values,
    );
    await client.query('rollback');
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }

  /** Rows that a plan took from the tables of rollups. */
  function rowsRead(plan: string): number {
    const scans = plan.matchAll(/Index Scan using \w+ on rollup_\w+ r? ?.*?rows=([\d.]+) loops=(\d+)/g);
    return [...scans].reduce((sum, [, rows, loops]) => sum + Number(rows) * Number(loops), 0);
  }

  const groups = (count: number) =>
    seriesIds.slice(0, count).map((id) => ({ key: [`CP-${id}`], seriesIds: [id] }));
  const limit = 2_000;
  const days = every(DAY_MS, FIRST, FIRST + 30 * DAY_MS);
  const berlinDays = every(DAY_MS, FIRST + DAY_MS - HOUR_MS, FIRST + 29 * DAY_MS - HOUR_MS);
  const hours = every(HOUR_MS, FIRST, FIRST + 30 * DAY_MS);

  describe.each(['never analysed', 'analysed'])('of tables %s', (state) => {
    beforeAll(async () => {
      if (state === 'analysed') await client.query('vacuum analyze');
    });

    it.each([
      // Which series count is known by the day: beside the hours the days are read.
      ['energy of a charge point by hour', 'energy', 1, hours, 30 * 24 + 30],
      ['energy of all by day', 'energy', CHARGE_POINTS, days, CHARGE_POINTS * 30],
      ['energy of some by day of another zone', 'energy', 20, berlinDays, 20 * (28 * 24 + 29 + 28)],
      ['aggregates of a charge point by hour', 'aggregates', 1, hours, 30 * 24],
      ['aggregates of all by day', 'aggregates', CHARGE_POINTS, days, CHARGE_POINTS * 30],
    ] as const)(
      'of %s reads ranges of primary keys, and no row that is not asked for',
      async (_, kind, count, edges, most) => {
        const question = { groups: groups(count), edges, data: DATA, limit };
        const plan = await explain(
          kind === 'energy' ? energyStatement({ ...question, countsAs: 2 }) : aggregatesStatement(question),
        );
        expect(plan).not.toMatch(/(Seq|Bitmap Heap) Scan on rollup/);
        expect(plan).not.toMatch(/Filter: .*bucket/);
        expect(rowsRead(plan)).toBeGreaterThan(0);
        expect(rowsRead(plan)).toBeLessThanOrEqual(most);
      },
    );

    it('of the next charge points walks the registry no further than the page', async () => {
      const columns: GroupColumn[] = ['chargePointId'];
      const plan = await explain(
        seriesGroupsStatement({
          ...{
            chargePointIds: undefined,
            site: undefined,
            connectorId: undefined,
            phase: undefined,
            sites: null,
          },
          ...{ measurands: [REGISTER], unit: 'Wh', columns, limit: 10 },
          from: { key: ['CP-2'], included: false },
          within: { fromMs: Date.parse('2026-03-01T00:00:00Z'), toMs: Date.parse('2026-04-01T00:00:00Z') },
        }),
      );
      expect(plan).not.toMatch(/(Seq|Bitmap Heap) Scan/);
      const walked = /on charge_points c .*?rows=([\d.]+) loops=1/.exec(plan)?.[1];
      expect(Number(walked)).toBeLessThanOrEqual(13);
    });
  });
});
