import { afterAll, beforeAll, expect, it } from 'vitest';
import { float64s, int16s, int32s, int64s, times } from '../../store/copy/binary-array.js';
import { createPool, type Pool } from '../../store/pool.js';
import { createTestDatabase } from '../harness/postgres.js';

let pool: Pool;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  pool = createPool({ url: database.url, max: 1, applicationName: 'binary-arrays' });
  drop = () => database.drop();
});
afterAll(async () => {
  await pool.end();
  await drop();
});

it.each([
  ['smallint', int16s([0, -1, 32_767, -32_768]), '{0,-1,32767,-32768}'],
  ['integer', int32s([0, -1, 2_147_483_647, -2_147_483_648]), '{0,-1,2147483647,-2147483648}'],
  [
    'bigint',
    int64s([0, -1, null, 9_007_199_254_740_991, -9_007_199_254_740_991]),
    '{0,-1,NULL,9007199254740991,-9007199254740991}',
  ],
  ['float8', float64s([0, -0.1, 1e15, 4.9e-324]), '{0,-0.1,1e+15,5e-324}'],
  [
    'timestamptz',
    times([Date.UTC(2026, 0, 1, 0, 0, 0, 1), Date.UTC(1969, 0, 1), -Infinity, Infinity]),
    '{"2026-01-01 00:00:00.001+00","1969-01-01 00:00:00+00",-infinity,infinity}',
  ],
  ['integer', int32s([]), '{}'],
])('an array of %s is what PostgreSQL reads it as', async (type, values, text) => {
  const { rows } = await pool.query<{ read: string }>(`select $1::${type}[]::text as read`, [values]);
  expect(rows).toEqual([{ read: text }]);
});
