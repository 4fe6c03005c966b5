import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { checkSchema } from '../../store/check-schema.js';
import { migrate } from '../../store/migrate.js';
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

  it('has nothing to do on a database of a newer version that left room for this one', async () => {
    const { database, pool } = await emptyDatabase();
    const { applied } = await migrate(database.url);
    const newest = applied.length;
    const later = async (version: number, compatibleFrom: number | null): Promise<unknown> =>
      pool.query(
        `insert into schema_migrations (version, name, checksum, compatible_from) values ($1, $2, '', $3)`,
        [version, `${version}-later`, compatibleFrom],
      );
    const told: unknown[] = [];
    const check = (): Promise<void> =>
      checkSchema(pool, { info: (...said: unknown[]) => told.push(said[0]) });
    await check();
    expect(told).toEqual([]);

    await later(newest + 1, newest);
    expect(await migrate(database.url)).toEqual({ applied: [], isNewer: true });
    await check();
    expect(told).toEqual([{ migrations: [`${newest + 1}-later`] }]);

    await later(newest + 2, newest + 1);
    const refused = {
      code: 'DATABASE_NEWER',
      message: expect.stringContaining(`${newest + 2}-later`) as string,
    };
    await expect(migrate(database.url)).rejects.toMatchObject(refused);
    await expect(check()).rejects.toMatchObject(refused);

    // Whoever doesn't say that older code will do has no room for it.
    await pool.query('delete from schema_migrations where version = $1', [newest + 2]);
    await later(newest + 3, null);
    await expect(check()).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
  });

  it('lets go of the tables that it waits for, tells who has them, and goes through when they are free', async () => {
    const { database, pool } = await emptyDatabase();
    await migrate(database.url);
    const later = await laterMigration(0, 'alter table charge_points add column note text;');
    const reader = await pool.connect();
    await reader.query('begin');
    await reader.query('select from charge_points');

    await expect(migrate(database.url, { ...later, lockPatienceMs: 0 })).rejects.toMatchObject({
      code: 'MIGRATION_BLOCKED',
      canRetry: true,
      message: expect.stringMatching(/-later waits.*: test \(pid/) as string,
    });
    // Nobody waits behind a migration that has let go.
    await pool.query('select from charge_points');
    const patient = migrate(database.url, later);
    await reader.query('commit');
    reader.release();
    expect((await patient).applied).toHaveLength(1);
  });

  it('applies what processes of the version before could not work beside only when told that they are stopped', async () => {
    const { database, pool } = await emptyDatabase();
    const { applied } = await migrate(database.url);
    const later = await laterMigration(1, 'drop table contexts cascade;');

    await expect(migrate(database.url, later)).rejects.toMatchObject({
      code: 'MIGRATION_NEEDS_STOP',
      message: expect.stringContaining('-later needs versions') as string,
    });
    const { rows } = await pool.query('select from schema_migrations');
    expect(rows).toHaveLength(applied.length);
    expect((await migrate(database.url, { ...later, stopped: true })).applied).toHaveLength(1);
  });

  it('says which server is away', async () => {
    await expect(migrate('postgres://nobody@127.0.0.1:1/none')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
  });
});

/** The migrations of this version, and one more that works beside code of this version (0), or of its own alone (1). */
async function laterMigration(own: 0 | 1, sql: string): Promise<{ directory: URL }> {
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-migrations-'));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  await cp('store/migrations', directory, { recursive: true });
  const newest = Math.max(...(await readdir(directory)).map((file) => Number(file.slice(0, 4))));
  const numbered = (version: number): string => String(version).padStart(4, '0');
  const declaration = `-- compatible-from: ${numbered(newest + own)}`;
  await writeFile(join(directory, `${numbered(newest + 1)}-later.sql`), `${declaration}\n${sql}\n`);
  return { directory: pathToFileURL(`${directory}/`) };
}

describe('checkSchema', () => {
  it('asks to migrate when there is no schema, or a part of it', async () => {
    const { database, pool } = await emptyDatabase();
    await expect(checkSchema(pool)).rejects.toMatchObject({ code: 'DATABASE_NOT_MIGRATED' });

    await migrate(database.url);
    await pool.query('delete from schema_migrations where version = 1');
    await expect(checkSchema(pool)).rejects.toMatchObject({ code: 'DATABASE_NOT_MIGRATED' });
  });
});
