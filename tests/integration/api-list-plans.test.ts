import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conflictsStatement, type ConflictsQuestion } from '../../store/read/conflicts.js';
import { preferIndexes } from '../../store/read/prefer-indexes.js';
import { quarantineStatement, type QuarantineQuestion } from '../../store/read/quarantine.js';
import {
  transactionsStatement,
  WALK_SESSIONS,
  type TransactionsQuestion,
} from '../../store/read/transactions.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const ROWS = 40_000;
const FIRST_MS = Date.parse('2026-01-01T00:00:00Z');
const MINUTE_MS = 60_000;
const at = (row: number): number => FIRST_MS + row * MINUTE_MS;
const LIMIT = 101;

describe('the plan of a page', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`insert into charge_points (id) select 'CP-' || i from generate_series(0, 199) i`);
    // Of 200 charge points, in a random order; a tenth each of every status, the rest ended.
    await client.query(
      `insert into transactions (charge_point_id, external_id, start_received_at, connector_id, started_at, stop_received_at, ended_at)
       select 'CP-' || i % 200, i, case when i % 10 > 1 then now() end, 1,
         case when i % 10 > 1 then $1::timestamptz + i * interval '1 minute' end,
         case when i % 10 <> 0 and i % 10 <> 2 then now() end,
         case when i % 10 <> 0 and i % 10 <> 2 then $1::timestamptz + (i + 30) * interval '1 minute' end
       from generate_series(0, $2::int - 1) i order by md5(i::text)`,
      [new Date(FIRST_MS).toISOString(), ROWS],
    );
    // A depot that has as many by itself, and names that came with readings.
    await client.query(
      `with cp as (insert into charge_points (id) values ('Depot') returning id)
       insert into transactions (charge_point_id, external_id, first_reading_at)
       select id, i, case when i % 2 = 0 then $1::timestamptz + i * interval '1 minute' end
       from cp, generate_series(0, $2::int - 1) i order by md5(i::text)`,
      [new Date(FIRST_MS).toISOString(), ROWS],
    );
    await client.query(
      `insert into quarantine (topic, partition, "offset", charge_point_id, reason, raw, received_at, resolved_at)
       select 't', 0, i, 'CP-' || i % 200, case when i % 100 = 0 then 'invalid_json' else 'invalid_value' end, '{}',
         $1::timestamptz + i * interval '1 minute', case when i % 100 <> 7 then now() end
       from generate_series(0, $2::int - 1) i order by md5(i::text)`,
      [new Date(FIRST_MS).toISOString(), ROWS],
    );
    await client.query(
      `insert into series (charge_point_id, measurand, unit) select 'CP-' || i, 'SoC', 'Percent' from generate_series(0, 199) i`,
    );
    await client.query(
      `insert into reading_conflicts (series_id, ts, context, value, received_at, batch_id)
       select s.id, $1::timestamptz + i * interval '1 minute', 1, i, now(), 1
       from generate_series(0, $2::int - 1) i join series s on s.charge_point_id = 'CP-' || i % 200 order by md5(i::text)`,
      [new Date(FIRST_MS).toISOString(), ROWS],
    );
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const transactions = (changed: Partial<TransactionsQuestion>) =>
    transactionsStatement({
      chargePointIds: undefined,
      sites: null,
      statuses: ['active', 'ended', 'unmatched', 'observed'],
      withMereNames: false,
      transactionId: undefined,
      withPlace: false,
      fromMs: undefined,
      toMs: undefined,
      before: undefined,
      limit: LIMIT,
      ...changed,
    });

  const quarantine = (changed: Partial<QuarantineQuestion>) =>
    quarantineStatement({
      statuses: ['open'],
      reason: undefined,
      chargePointIds: undefined,
      sites: null,
      fromMs: undefined,
      toMs: undefined,
      before: undefined,
      limit: LIMIT,
      maxRawBytes: 8_192,
      ...changed,
    });

  const conflicts = (changed: Partial<ConflictsQuestion>) =>
    conflictsStatement({
      chargePointIds: undefined,
      sites: null,
      connectorId: undefined,
      measurand: undefined,
      context: undefined,
      fromMs: undefined,
      toMs: undefined,
      before: undefined,
      limit: LIMIT,
      ...changed,
    });

  const few = ['CP-1', 'CP-2', 'CP-3'];

  // Right after a bulk load, when nothing is known of the tables, and later.
  describe.each(['never analysed', 'analysed'])('of tables %s', (state) => {
    beforeAll(async () => {
      if (state === 'analysed') await client.query('analyze');
    });

    it.each([
      ['sessions, the first page', 'transactions', transactions({}), 4],
      ['sessions, a late page', 'transactions', transactions({ before: { atMs: at(500), rowId: 1 } }), 4],
      ['sessions of the past', 'transactions', transactions({ fromMs: at(50), toMs: at(90) }), 4],
      ['sessions of a status', 'transactions', transactions({ statuses: ['active'] }), 1],
      ['sessions of a large charge point', 'transactions', transactions({ chargePointIds: ['Depot'] }), 2],
      ['sessions that readings name', 'transactions', transactions({ statuses: ['observed'] }), 1],
      ['sessions of charge points', 'transactions', transactions({ chargePointIds: few }), 3],
      ['quarantine, the first page', 'quarantine', quarantine({}), 1],
      ['quarantine, a late page', 'quarantine', quarantine({ before: { receivedAtMs: at(900), id: 1 } }), 1],
      ['quarantine of the past', 'quarantine', quarantine({ fromMs: at(50), toMs: at(90) }), 1],
      ['quarantine, all', 'quarantine', quarantine({ statuses: ['open', 'resolved'] }), 2],
      [
        'quarantine of a reason',
        'quarantine',
        quarantine({ statuses: ['resolved'], reason: 'invalid_json' }),
        1,
      ],
      [
        'quarantine of charge points',
        'quarantine',
        quarantine({ statuses: ['open', 'resolved'], chargePointIds: few }),
        6,
      ],
      ['conflicts, the first page', 'reading_conflicts', conflicts({}), 1],
      [
        'conflicts, a late page',
        'reading_conflicts',
        conflicts({ before: { timestampMs: at(500), id: 1 } }),
        1,
      ],
      ['conflicts of the past', 'reading_conflicts', conflicts({ fromMs: at(50), toMs: at(90) }), 1],
      ['conflicts of charge points', 'reading_conflicts', conflicts({ chargePointIds: few }), 3],
    ])('of %s walks an index, and no further than the page', async (_, table, { text, values }, walks) => {
      await client.query('begin');
      if (table === 'transactions') await client.query(WALK_SESSIONS);
      else await preferIndexes((sql) => client.query(sql).then(() => []));
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain (analyze, costs off, timing off, buffers off) ${text}`,
        values,
      );
      await client.query('commit');
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).not.toMatch(new RegExp(`(Seq|Bitmap Heap) Scan on ${table}`));
      expect(plan).toMatch(new RegExp(`Index Scan Backward using \\w+ on ${table} `));
      const read = [...plan.matchAll(new RegExp(`on ${table} .*?rows=([\\d.]+) loops=(\\d+)`, 'g'))].reduce(
        (sum, [, each, loops]) => sum + Number(each) * Number(loops),
        0,
      );
      const removed = [...plan.matchAll(/Rows Removed by \w+ ?\w*: (\d+)/g)].reduce(
        (sum, [, each]) => sum + Number(each),
        0,
      );
      // A merged head has at most a page of each; where ties in time are sorted, some rows are read ahead.
      expect(read + removed).toBeLessThanOrEqual(walks * LIMIT * 2);
    });
  });
});
