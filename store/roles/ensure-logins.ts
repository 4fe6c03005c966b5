import type { PoolClient } from '../pool.js';
import type { DatabaseRole } from './database-roles.js';
import { scramVerifier } from './scram-verifier.js';

/** Passwords of the users that parts connect as. */
export type LoginPasswords = ReadonlyMap<DatabaseRole, string>;

/** `meterpulse_api_login`, a member of `meterpulse_api`. */
export function loginOf(prefix: string, role: DatabaseRole): string {
  return `${prefix}_${role}_login`;
}

/**
 * Makes a user for each of these roles, which are there, or gives the one that there is this password: connections that are open stay.
 * Names of those users. Rejects with what PostgreSQL says.
 */
export async function ensureLogins(
  client: PoolClient,
  prefix: string,
  passwords: LoginPasswords,
): Promise<readonly string[]> {
  const logins: string[] = [];
  for (const [role, password] of passwords) {
    const login = loginOf(prefix, role);
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [login]);
    // Of a prefix of lower-case letters, digits and _; the verifier has no quote either.
    const verb = rowCount === 0 ? 'create' : 'alter';
    await client.query(`${verb} role ${login} login password '${await scramVerifier(password)}'`);
    await client.query(`grant ${prefix}_${role} to ${login}`);
    logins.push(login);
  }
  return logins;
}
