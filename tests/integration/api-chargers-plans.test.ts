import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SampleFilter } from '../../store/read/message-keys.js';
import { readMessageSamples } from '../../store/read/message-samples.js';
import type { Query } from '../../store/read/read-database.js';
import {
  MAX_WALK_WORK,
  walkMessages,
  type Walked,
  type WalkQuestion,
} from '../../store/read/walk-messages.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';

const DAYS = 50;
const DAY_MS = 86_400_000;
const FIRST = Date.parse('2026-01-01T00:00:00Z');
const CHARGE_POINTS = 10;
const SERIES = 4;
const READINGS_A_DAY = 250;
const ANY: SampleFilter = { measurand: null, unit: null, contextId: null, value: null };

/** Half a million readings in fifty days, none of them analysed: what the planner gets wrong most easily. */
describe('the work of a page of the earlier API', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let plans: string[] = [];
  let looked = 0;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const seed = new Seed(client);
    for (let day = 0; day < DAYS; day++) {
      const name = new Date(FIRST + day * DAY_MS).toISOString().slice(0, 10);
      await seed.day(name);
      await client.query(`alter table readings_${name.replaceAll('-', '')} set (autovacuum_enabled = false)`);
    }
    for (let at = 0; at < CHARGE_POINTS * SERIES; at++) {
      const chargePointId = `CP-${String(Math.floor(at / SERIES)).padStart(2, '0')}`;
      await seed.series({ chargePointId, measurand: `M-${at % SERIES}` });
    }
    await client.query(
      `insert into readings (series_id, ts, context, value, received_at, batch_id)
       select s.id, $1::timestamptz + i * ($2::int * interval '1 millisecond'), 1, i, now(), 1
       from generate_series(0, $3::int - 1) i, series s`,
      [new Date(FIRST).toISOString(), DAY_MS / READINGS_A_DAY, DAYS * READINGS_A_DAY],
    );
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  beforeEach(() => {
    plans = [];
    looked = 0;
  });

  /** Runs each statement, with its plan and the rows that its scans of readings gave. */
  const query: Query = async <Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> => {
    if (values.length === 0) {
      await client.query(text);
      return [];
    }
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, timing off) ${text}`,
      [...values],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    plans.push(plan);
    for (const [, found, loops] of plan.matchAll(/on readings_\d+ .*?rows=([\d.]+) loops=(\d+)/g)) {
      looked += Number(found) * Number(loops);
    }
    return (await client.query<Row>(text, [...values])).rows.map(numbers);
  };

  /** Counts come as texts from a client that wasn't told otherwise. */
  function numbers<Row extends pg.QueryResultRow>(row: Row): Row {
    return Object.fromEntries(
      Object.entries(row).map(([name, value]: [string, unknown]) => [
        name,
        ['series', 'looked', 'found'].includes(name) ? Number(value) : value,
      ]),
    ) as Row;
  }

  async function walk(changed: Partial<WalkQuestion>): Promise<Walked> {
    await client.query('begin');
    const walked = await walkMessages(query, {
      chargePointIds: undefined,
      sites: null,
      fromMs: FIRST,
      toMs: FIRST + DAYS * DAY_MS,
      filter: ANY,
      skip: 0,
      take: 100,
      ...changed,
    });
    const samples = await readMessageSamples(query, walked.keys);
    await client.query('commit');
    expect(samples).toHaveLength(walked.keys.length);
    for (const sample of samples) expect(sample).toHaveLength(SERIES);
    return walked;
  }

  function expectIndexes(): void {
    for (const plan of plans) {
      expect(plan).not.toMatch(/Seq Scan on|Bitmap Heap Scan|Hash Join|Merge Join/);
    }
    expect(plans.join('\n')).toMatch(/Index Scan using readings_\d+_pkey/);
  }

  it.each([
    ['the first page', { skip: 0, take: 100 }],
    ['the last page', { skip: 9_000, take: 1_000 }],
    ['one charge point', { chargePointIds: ['CP-07'] }],
    ['one measurand', { filter: { ...ANY, measurand: 'M-2' } }],
  ])('is one of indexes for %s, and ends with the messages that pages reach', async (_, changed) => {
    const walked = await walk(changed);
    expect(walked).toMatchObject({ found: 10_000, end: 'messages' });
    expectIndexes();
    // Of each message the readings, and of the page once more; a step goes further than needed at most once.
    expect(looked).toBeLessThan(10_000 * SERIES + 20_000 + changedTake(changed) * SERIES);
  });

  const changedTake = ({ take = 100 }: Partial<WalkQuestion>): number => take;

  it('is bounded for a value that hardly occurs', async () => {
    const walked = await walk({ filter: { ...ANY, value: 12_499 } });
    expect(walked.end).toBe('work');
    expectIndexes();
    expect(looked).toBeLessThan(MAX_WALK_WORK * 1.2);
  });

  it('is little for a window of time, whatever else there is', async () => {
    const fromMs = FIRST + 49 * DAY_MS;
    const walked = await walk({ fromMs, filter: { ...ANY, value: 12_499 } });
    expect(walked).toMatchObject({ found: CHARGE_POINTS, end: 'all' });
    expectIndexes();
    expect(looked).toBeLessThan(CHARGE_POINTS * SERIES * (READINGS_A_DAY + 1) + CHARGE_POINTS * SERIES);
    expect(new Set(plans.join('\n').match(/readings_\d{8}(?=_pkey)/g)).size).toBe(1);
  });

  it('grows with what was asked for, not with the number of charge points that have nothing', async () => {
    await client.query(`insert into charge_points (id) select 'A-' || i from generate_series(1, 5000) i`);
    const walked = await walk({ fromMs: FIRST + 49 * DAY_MS });
    expect(walked).toMatchObject({ found: CHARGE_POINTS * READINGS_A_DAY, end: 'all' });
    expect(plans.length).toBeLessThan(40);
  });
});
