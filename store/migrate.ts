import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { fullJitterMs } from '../helpers/backoff.js';
import { MeterpulseError } from '../helpers/meterpulse-error.js';
import {
  appliedMigrations,
  compareSchema,
  newestOf,
  versionText,
  type Applied,
} from './applied-migrations.js';
import { DatabaseClient } from './database-client.js';
import { knownMigrations, type Migration } from './known-migrations.js';
import { asOutage, codeOf } from './postgres-error.js';

/** Any number that nothing else in this database takes: ASCII of "meterpul". */
const MIGRATION_LOCK = '7882834701842412908';

/** lock_not_available, deadlock_detected. */
const LOCKED: ReadonlySet<string> = new Set(['55P03', '40P01']);

/** Whoever needs a table that a migration waits for waits behind it: so long at most. */
const LOCK_TIMEOUT_MS = 2_000;
const LOCK_PATIENCE_MS = 60_000;
/** Between two tries others have the table. */
const BETWEEN_TRIES = { baseMs: 1_000, capMs: 5_000 };

export interface MigrateOptions {
  readonly logger?: Logger;
  /** No older process runs: also what they could not work beside is applied. Default false. */
  readonly stopped?: boolean;
  /** How long a migration is tried again while somebody holds a table that it changes, ms. Default 60,000. */
  readonly lockPatienceMs?: number;
  /** Of the migrations. Default: those of this version. */
  readonly directory?: URL;
}

export interface Migrated {
  /** Names of the migrations that this call applied, in their order. */
  readonly applied: string[];
  /** A newer version has migrated the database, and this one may work beside it. */
  readonly isNewer: boolean;
}

/**
 * Brings the schema up to what this version knows. Safe to call twice, and by several processes at once: one does it, the
 * others wait and find it done. Each migration is one transaction, in which it waits for each lock for two seconds at most; then
 * it lets go and tries again. On a database that is newer already, and compatible, there is nothing to do.
 *
 * Rejects with DATABASE_NEWER, MIGRATION_CHANGED, MIGRATION_NEEDS_STOP or DATABASE_UNAVAILABLE, having changed nothing in those
 * cases; with MIGRATION_BLOCKED, having applied those before.
 */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<Migrated> {
  const known = await knownMigrations(options.directory);
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
    const { pending, newer } = compareSchema(known, done);
    if (options.stopped !== true) refuseBeside(pending, done);
    const applied: string[] = [];
    for (const migration of pending) {
      await applyPatiently(client, migration, options);
      options.logger?.info({ migration: migration.name }, 'migration applied');
      applied.push(migration.name);
    }
    return { applied, isNewer: newer.length > 0 };
  } catch (error) {
    throw asOutage(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Those that run now are taken for being of the version that the schema is of. */
function refuseBeside(pending: readonly Migration[], done: readonly Applied[]): void {
  const running = newestOf(done);
  const breaking = pending.find(({ compatibleFrom }) => compatibleFrom > running);
  if (running === 0 || breaking === undefined) return;
  throw new MeterpulseError(
    'MIGRATION_NEEDS_STOP',
    `migration ${breaking.name} needs versions that know ${versionText(breaking.compatibleFrom)}, and the schema is of one that knows up to ${versionText(running)}`,
  );
}

async function applyPatiently(
  client: pg.Client,
  migration: Migration,
  { logger, lockPatienceMs = LOCK_PATIENCE_MS }: MigrateOptions,
): Promise<void> {
  const until = performance.now() + lockPatienceMs;
  for (let attempt = 0; ; attempt++) {
    try {
      await apply(client, migration);
      return;
    } catch (error) {
      if (!LOCKED.has(codeOf(error))) throw error;
      const holders = await oldestTransactions(client);
      const message = `migration ${migration.name} waits for a table that others use; open longest: ${holders}`;
      const waitMs = fullJitterMs(attempt, BETWEEN_TRIES, Math.random);
      if (performance.now() + waitMs > until) {
        throw new MeterpulseError('MIGRATION_BLOCKED', message, { cause: error });
      }
      logger?.warn({ migration: migration.name, attempt }, message);
      await delay(waitMs);
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const { version, name, checksum, sql, compatibleFrom } = migration;
  await client.query('begin');
  try {
    await client.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query(sql);
    await client.query('insert into schema_migrations (version, name, checksum) values ($1, $2, $3)', [
      version,
      name,
      checksum,
    ]);
    // Its column came with a migration.
    if (compatibleFrom !== version) {
      await client.query('update schema_migrations set compatible_from = $2 where version = $1', [
        version,
        compatibleFrom,
      ]);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** For the operator: who may be in the way. */
async function oldestTransactions(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ told: string }>(
    `select format('%s (pid %s, %s s)', coalesce(nullif(application_name, ''), usename, backend_type), pid,
       round(extract(epoch from clock_timestamp() - xact_start))) as told
     from pg_stat_activity
     where xact_start is not null and pid <> pg_backend_pid() and (datname is null or datname = current_database())
     order by xact_start limit 3`,
  );
  return rows.length === 0 ? 'none any more' : rows.map(({ told }) => told).join(', ');
}
