import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topicSettings } from '../../server/broker/kafka/topic.js';
import { EMBEDDED_SETTINGS } from '../../server/embedded/embedded-postgres.js';
import { DayPartitions, dayOf } from '../../store/partitions.js';
import { createPool } from '../../store/pool.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const HOUR_MS = 3_600_000;
const page = readFileSync('docs/tuning.md', 'utf8');

/** The first two cells of each line of the table under a heading, without code marks. */
function tableUnder(heading: string): [string, string][] {
  const section = page.split(`## ${heading}\n`)[1]?.split(/^## /m)[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, name = '', value = ''] = line.split('|').map((cell) => cell.trim().replaceAll('`', ''));
      return [name, value];
    });
}

describe('docs/tuning.md', () => {
  let database: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('lists what the embedded PostgreSQL is started with, each setting with its reason', () => {
    expect(tableUnder('The embedded PostgreSQL').map(([name, value]) => `${name}=${value}`)).toEqual([
      ...EMBEDDED_SETTINGS,
    ]);
  });

  it('lists the storage parameters of all tables as a migrated database has them', async () => {
    const pool = createPool({ url: database.url, max: 1, applicationName: 'test' });
    await new DayPartitions({ pool, max: 10 }).ensurePartitions([dayOf(Date.now())]);
    await pool.end();
    const { rows } = await client.query<{ name: string; option: string }>(
      `select distinct regexp_replace(relname, '^readings_\\d{8}$', 'readings_YYYYMMDD') as name, option
       from pg_class, unnest(reloptions) as option
       where relnamespace = 'public'::regnamespace and relkind = 'r'`,
    );
    expect(tableUnder('Storage of the tables').toSorted()).toEqual(
      rows.map(({ name, option }): [string, string] => [name, option]).toSorted(),
    );
  });

  it('lists the settings of the topic as they are made with three replicas and the default retention', () => {
    const made = topicSettings({ replication: 3, retentionMs: 168 * HOUR_MS });
    expect(tableUnder('The topic')).toEqual(made.map(({ name, value }) => [name, value]));
  });

  it('advises a PostgreSQL of one’s own with settings that there are', async () => {
    const advised = tableUnder('A PostgreSQL of your own').map(([name]) => name);
    const { rows } = await client.query<{ name: string }>(
      'select name from pg_settings where name = any ($1)',
      [advised],
    );
    expect(rows.map(({ name }) => name).toSorted()).toEqual(advised.toSorted());
    expect(advised.length).toBeGreaterThan(4);
  });
});
