import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { Statements } from '../audit/audited.js';
import { inTransaction } from '../in-transaction.js';
import type { Pool, PoolClient } from '../pool.js';
import { asOutage, codeOf, messageOf } from '../postgres-error.js';
import { ensureLogins, type LoginPasswords } from './ensure-logins.js';
import { DATABASE_ROLES, FUNCTION_RIGHTS, SEQUENCE_RIGHTS, TABLE_RIGHTS } from './database-roles.js';

export interface GrantRolesOptions {
  /** Of the names of the roles, before `_worker` and the others. */
  readonly prefix: string;
  /** Those that are not there are made. */
  readonly create: boolean;
  /** false: rights stay as they are, since a newer version gave them, also of tables that this one doesn't know. Default true. */
  readonly rights?: boolean;
  /** Users of parts, made where they are not there, each a member of its role. Default: nobody's business. */
  readonly logins?: LoginPasswords;
}

/** Whoever grants does so alone. Any number that nothing else in this database takes: ASCII of "mp roles". */
const ROLES_LOCK = '7885838623393473907';
const ALREADY_THERE: ReadonlySet<string> = new Set(['42710', '23505']);
const FORBIDDEN = '42501';

/**
 * Gives the roles that there are exactly the rights of `database-roles.ts`, in one transaction. Gives the names of those that it gave
 * rights to, and of users that it made or gave a password; none without `create` where nobody made any. Rejects with DATABASE_ROLES_FORBIDDEN when this user may not make roles, or with
 * DATABASE_UNAVAILABLE.
 */
export async function grantRoles(
  pool: Pool,
  { prefix, create, rights = true, logins = new Map() }: GrantRolesOptions,
): Promise<readonly string[]> {
  try {
    if (create) await createRoles(pool, prefix);
    return await inTransaction(pool, async (client) => {
      await client.query(`select pg_advisory_xact_lock(${ROLES_LOCK})`);
      const granted = rights ? await grantAll(client, prefix) : [];
      return [...granted, ...(await ensureLogins(client, prefix, logins))];
    });
  } catch (error) {
    if (codeOf(error) === FORBIDDEN) {
      const message = `the roles of the database can not be made, or given rights: ${messageOf(error)}`;
      throw new MeterpulseError('DATABASE_ROLES_FORBIDDEN', message, { cause: error });
    }
    throw asOutage(error);
  }
}

async function createRoles(pool: Pool, prefix: string): Promise<void> {
  const there = await rolesOf(pool, prefix);
  for (const role of DATABASE_ROLES) {
    const name = `${prefix}_${role}`;
    if (there.includes(name)) continue;
    try {
      await pool.query(`create role ${quoted(name)} nologin`);
    } catch (error) {
      // Roles are of the whole server: another database's migrate may be first.
      if (!ALREADY_THERE.has(codeOf(error))) throw error;
    }
  }
}

async function grantAll(client: PoolClient, prefix: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ schema: string; database: string }>(
    'select current_schema() as schema, current_database() as database',
  );
  const [{ schema, database } = { schema: 'public', database: '' }] = rows;
  const there = await rolesOf(client, prefix);
  const granted = DATABASE_ROLES.filter((role) => there.includes(`${prefix}_${role}`));
  for (const role of granted) {
    const name = quoted(`${prefix}_${role}`);
    const given = (rights: Readonly<Record<string, readonly string[]>>): string[] =>
      Object.keys(rights).filter((of) => rights[of]?.includes(role) === true);
    const statements = [
      `revoke all on all tables in schema ${quoted(schema)} from ${name}`,
      `revoke all on all sequences in schema ${quoted(schema)} from ${name}`,
      `grant usage on schema ${quoted(schema)} to ${name}`,
      `grant connect, temporary on database ${quoted(database)} to ${name}`,
      ...Object.entries(TABLE_RIGHTS).flatMap(([table, rights]) => {
        const privileges = rights[role];
        return privileges === undefined ? [] : [`grant ${privileges.join(', ')} on ${table} to ${name}`];
      }),
      ...given(SEQUENCE_RIGHTS).map((sequence) => `grant usage on sequence ${sequence} to ${name}`),
      ...given(FUNCTION_RIGHTS).map((of) => `grant execute on function ${of} to ${name}`),
    ];
    await client.query(statements.join(';\n'));
  }
  return granted.map((role) => `${prefix}_${role}`);
}

async function rolesOf(statements: Statements, prefix: string): Promise<readonly string[]> {
  const names = DATABASE_ROLES.map((role) => `${prefix}_${role}`);
  const { rows } = await statements.query<{ name: string }>(
    'select rolname::text as name from pg_roles where rolname = any ($1::text[])',
    [names],
  );
  return rows.map(({ name }) => name);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
