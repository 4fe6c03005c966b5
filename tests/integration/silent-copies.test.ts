import { afterAll, beforeAll, expect, it } from 'vitest';
import { from } from 'pg-copy-streams';
import { endSilentCopies } from '../../store/end-silent-copies.js';
import { createPool, type Pool } from '../../store/pool.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { eventually } from '../harness/eventually.js';

const HOUR_MS = 3_600_000;

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, max: 4, applicationName: 'meterpulse-test' });
  await pool.query('create table rows (n integer)');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it('ends a session whose client went silent in the midst of a COPY, so that others get what it has locked', async () => {
  const frozen = await pool.connect();
  await frozen.query('begin');
  await frozen.query('lock table rows in exclusive mode');
  const copying = frozen.query(from('copy rows from stdin'));
  const failed = new Promise<Error>((resolve) => copying.once('error', resolve));
  copying.write('1\n');
  await eventually(async () => {
    const { rows } = await pool.query(
      `select from pg_stat_activity
        where datname = current_database() and state = 'active' and wait_event = 'ClientRead'`,
    );
    expect(rows).toHaveLength(1);
  });

  expect(await endSilentCopies(pool, HOUR_MS)).toBe(0);
  expect(await endSilentCopies(pool, 0)).toBe(1);
  await failed;
  frozen.release(true);
  await pool.query('insert into rows values (2)');
  expect((await pool.query('select n from rows')).rows).toEqual([{ n: 2 }]);
});
