import { afterEach, describe, expect, it } from 'vitest';
import { checkSchema, migrate } from '../../store/migrate.js';
import { createPool, type Pool } from '../../store/pool.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function emptyDatabase(): Promise<{ database: TestDatabase; pool: Pool }> {
  const database = await createTestDatabase();
  cleanups.push(() => database.drop());
  const pool = createPool({ url: database.url, max: 2, applicationName: 'test' });
  cleanups.push(() => pool.end());
  return { database, pool };
}

describe('migrate', () => {
  it('applies every migration once, and nothing the second time', async () => {
    const { database, pool } = await emptyDatabase();

    const first = await migrate(database.url);
    const second = await migrate(database.url);

    expect(first.applied[0]).toBe('0001-readings');
    expect(second.applied).toEqual([]);
    await expect(checkSchema(pool)).resolves.toBeUndefined();
  });

  it('lets one of several processes at once do the work', async () => {
    const { database, pool } = await emptyDatabase();

    const results = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url)));

    expect(results.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
    await expect(checkSchema(pool)).resolves.toBeUndefined();
  });

  it('refuses a database in which an applied migration was another one', async () => {
    const { database, pool } = await emptyDatabase();
    await migrate(database.url);
    await pool.query(`update schema_migrations set checksum = 'other' where version = 1`);

    await expect(migrate(database.url)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
    await expect(checkSchema(pool)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
  });

  it('refuses a database of a newer version', async () => {
    const { database, pool } = await emptyDatabase();
    await migrate(database.url);
    await pool.query(
      `insert into schema_migrations (version, name, checksum) values (9999, '9999-later', '')`,
    );

    await expect(migrate(database.url)).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
    await expect(checkSchema(pool)).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
  });

  it('says which server is away', async () => {
    await expect(migrate('postgres://nobody@127.0.0.1:1/none')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
  });
});

describe('checkSchema', () => {
  it('asks to migrate when there is no schema, or a part of it', async () => {
    const { database, pool } = await emptyDatabase();
    await expect(checkSchema(pool)).rejects.toMatchObject({ code: 'DATABASE_NOT_MIGRATED' });

    await migrate(database.url);
    await pool.query('delete from schema_migrations where version = 1');
    await expect(checkSchema(pool)).rejects.toMatchObject({ code: 'DATABASE_NOT_MIGRATED' });
  });
});
