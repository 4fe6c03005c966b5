import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { migrate } from '../../store/migrate.js';
import { createPool } from '../../store/pool.js';
import { DATABASE_ROLES } from '../../store/roles/database-roles.js';
import { loginOf } from '../../store/roles/ensure-logins.js';
import { grantRoles } from '../../store/roles/grant-roles.js';
import { SHARED_PREFIX } from './role-logins.js';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A fresh database on the shared PostgreSQL; with the schema when `migrated`. */
export async function createTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  if (options.migrated === true) await migrateWithRoles(url.href);
  return {
    url: url.href,
    drop: () => execute(server, `drop database if exists ${name} with (force)`),
  };
}

/** Of the shared server: those of a database that is gone, and their users. */
export async function dropRoles(prefix: string): Promise<void> {
  const roles = [
    ...DATABASE_ROLES.map((role) => loginOf(prefix, role)),
    ...DATABASE_ROLES.map((role) => `${prefix}_${role}`),
  ];
  await execute(inject('postgresUrl'), `drop role if exists ${roles.join(', ')}`);
}

/** As `meterpulse migrate` does, so far as tables go: parts reach them by rights of theirs alone (`urlOfPart`). */
async function migrateWithRoles(url: string): Promise<void> {
  await migrate(url);
  const pool = createPool({ url, max: 1, applicationName: 'test-database' });
  try {
    await grantRoles(pool, { prefix: SHARED_PREFIX, create: false });
  } finally {
    await pool.end();
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
