import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReadings, readingsStatement, type ReadingsQuestion } from '../../store/read/readings.js';
import { compactDays } from '../../store/compaction/compact-days.js';
import { createPool } from '../../store/pool.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';

const DAYS = 30;
const DAY_MS = 86_400_000;
const FIRST = Date.parse('2026-01-01T00:00:00Z');

describe('the plan of a page of readings', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let seriesIds: number[];

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const seed = new Seed(client);
    const ids: number[] = [];
    for (let at = 0; at < 40; at++) {
      ids.push(await seed.series({ chargePointId: `CP-${Math.floor(at / 10)}`, connectorId: at % 10 }));
    }
    for (let day = 0; day < DAYS; day++) {
      await seed.day(new Date(FIRST + day * DAY_MS).toISOString().slice(0, 10));
    }
    await client.query(
      `insert into readings (series_id, ts, context, value, received_at, batch_id)
       select s, $1::timestamptz + i * interval '30 minutes', 1, i, now(), 1
       from generate_series(0, $2::int - 1) i, unnest($3::int[]) s`,
      [new Date(FIRST).toISOString(), DAYS * 48, ids],
    );
    seriesIds = ids.slice(0, 10);
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const question = (changed: Partial<ReadingsQuestion>): ReadingsQuestion => ({
    seriesIds,
    contextIds: undefined,
    fromMs: FIRST,
    toMs: FIRST + DAYS * DAY_MS,
    after: undefined,
    limit: 101,
    ...changed,
  });

  /** The plan as it is run: with the settings that readReadings makes in its transaction. */
  async function explain(asked: ReadingsQuestion): Promise<string> {
    let plan = '';
    await client.query('begin');
    await readReadings(
      async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) => {
        if (!text.includes('from readings')) return (await client.query<Row>(text)).rows;
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(
          `explain (analyze, costs off, timing off) ${text}`,
          [...values],
        );
        plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        return [];
      },
      asked,
    );
    await client.query('commit');
    return plan;
  }

  const days = (plan: string): number => new Set(plan.match(/readings_\d{8}(?=_pkey)/g)).size;

  // The first run meets partitions that were never analysed, as right after a bulk load.
  describe.each(['never analysed', 'analysed'])('of partitions %s', (state) => {
    beforeAll(async () => {
      if (state === 'analysed') await client.query('analyze readings');
    });

    it.each([
      ['the first page', {}],
      ['a page from the middle', { after: { seriesId: 5, timestampMs: FIRST + 10 * DAY_MS, contextId: 1 } }],
      ['one context', { contextIds: [1] }],
      ['one series', { seriesIds: [3] }],
    ])('merges index scans in order for %s, and scans, sorts or hashes no partition', async (_, changed) => {
      const plan = await explain(question(changed));
      expect(plan).toContain('Merge Append');
      expect(plan).not.toMatch(/Seq Scan on readings|Bitmap Heap Scan/);
      // The page alone, for what compacted days add to it.
      for (const [, rows] of plan.matchAll(/Sort \(actual rows=(\d+)/g))
        expect(Number(rows)).toBeLessThanOrEqual(101);
      expect(days(plan)).toBe(DAYS);
      const read = [...plan.matchAll(/on readings_\d+ .*?rows=(\d+)/g)].reduce(
        (sum, [, rows]) => sum + Number(rows),
        0,
      );
      expect(read).toBeLessThanOrEqual(101 + DAYS);
    });

    it('prunes the days outside of from and to', async () => {
      const plan = await explain(question({ fromMs: FIRST + 4 * DAY_MS, toMs: FIRST + 6 * DAY_MS }));
      expect(days(plan)).toBe(2);
      expect(plan).not.toContain('Seq Scan on readings');
    });
  });

  describe('of compacted days', () => {
    beforeAll(async () => {
      const pool = createPool({ url: database.url, max: 2, applicationName: 'compaction' });
      await compactDays({ pool, before: Infinity, signal: new AbortController().signal });
      await pool.end();
    });

    it.each([
      ['the first page', {}],
      ['a page from the middle', { after: { seriesId: 5, timestampMs: FIRST + 10 * DAY_MS, contextId: 1 } }],
    ])('unpacks no more of them than %s needs', async (_, changed) => {
      const plan = await explain(question(changed));
      const unpacked = /ProjectSet \(actual rows=\d+\.?\d* loops=(\d+)\)/.exec(plan)?.[1];
      // 48 readings each, and those of a whole batch of the sort.
      expect(Number(unpacked)).toBeLessThanOrEqual(5);
      expect(plan).toContain('Index Scan using compacted_readings_pkey');
    });
  });

  it('never leaves an end of time open', () => {
    const { text } = readingsStatement(question({}));
    expect(text).toMatch(/r\.ts >= \$2::timestamptz and r\.ts < \$3::timestamptz/);
  });
});
