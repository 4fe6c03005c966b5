import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { MeterpulseError } from '../helpers/meterpulse-error.js';
import { DatabaseClient } from './database-client.js';
import type { Pool } from './pool.js';
import { asOutage, codeOf } from './postgres-error.js';

/** Beside this module, in the sources as in what is built of them. */
const MIGRATIONS = new URL('./migrations/', import.meta.url);

/** Any number that nothing else in this database takes: ASCII of "meterpul". */
const MIGRATION_LOCK = '7882834701842412908';

const UNDEFINED_TABLE = '42P01';

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

export interface Migrated {
  /** Names of the migrations that this call applied, in their order. */
  readonly applied: string[];
}

/**
 * Brings the schema up to what this version knows. Safe to call twice, and by several processes at once: one does it, the
 * others wait and find it done. Each migration is one transaction.
 *
 * Rejects with DATABASE_NEWER, MIGRATION_CHANGED or DATABASE_UNAVAILABLE, having changed nothing in those cases.
 */
export async function migrate(
  databaseUrl: string,
  options: { readonly logger?: Logger } = {},
): Promise<Migrated> {
  const known = await knownMigrations();
  const client = new DatabaseClient({
    connectionString: databaseUrl,
    application_name: 'meterpulse-migrate',
    options: '-c TimeZone=UTC',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    // A session lock, released with the connection: it spans the transactions of all migrations.
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(`
      create table if not exists schema_migrations (
        version integer primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null default now()
      )`);
    const done = await appliedMigrations(client);
    refuseForeign(known, done);
    const applied: string[] = [];
    for (const migration of known.filter(({ version }) => !done.some((row) => row.version === version))) {
      await apply(client, migration);
      options.logger?.info({ migration: migration.name }, 'migration applied');
      applied.push(migration.name);
    }
    return { applied };
  } catch (error) {
    throw asOutage(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** For roles at their start: rejects with DATABASE_NOT_MIGRATED, DATABASE_NEWER, MIGRATION_CHANGED or DATABASE_UNAVAILABLE. */
export async function checkSchema(pool: Pool): Promise<void> {
  const known = await knownMigrations();
  const done = await appliedMigrations(pool).catch((error: unknown) => {
    if (codeOf(error) === UNDEFINED_TABLE) return [];
    throw asOutage(error);
  });
  refuseForeign(known, done);
  const missing = known.filter(({ version }) => !done.some((row) => row.version === version));
  if (missing.length > 0) {
    throw new MeterpulseError(
      'DATABASE_NOT_MIGRATED',
      `the database lacks ${missing.map(({ name }) => name).join(', ')}`,
    );
  }
}

async function knownMigrations(): Promise<Migration[]> {
  const files = (await readdir(MIGRATIONS)).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file)).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(new URL(file, MIGRATIONS), 'utf8');
      // A checkout with other line ends is the same migration.
      const sql = text.replaceAll('\r\n', '\n');
      return {
        version: Number(file.slice(0, 4)),
        name: file.slice(0, -'.sql'.length),
        sql,
        checksum: createHash('sha256').update(sql).digest('hex'),
      };
    }),
  );
}

async function appliedMigrations(queryable: pg.Client | Pool): Promise<Applied[]> {
  const { rows } = await queryable.query<Applied>(
    'select version, name, checksum from schema_migrations order by version',
  );
  return rows;
}

function refuseForeign(known: readonly Migration[], done: readonly Applied[]): void {
  for (const row of done) {
    const migration = known.find(({ version }) => version === row.version);
    if (migration === undefined) {
      throw new MeterpulseError(
        'DATABASE_NEWER',
        `the database has migration ${row.name}, which this version doesn't know`,
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new MeterpulseError(
        'MIGRATION_CHANGED',
        `migration ${row.name} isn't the one that was applied to the database`,
      );
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (version, name, checksum) values ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
