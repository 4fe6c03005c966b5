import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseRole } from '../../store/roles/database-roles.js';
import { loginOf, type LoginPasswords } from '../../store/roles/ensure-logins.js';

/** A user of the database for each part, as `migrate --logins` makes them. */
export const PARTS = ['worker', 'api', 'live', 'gateway'] as const satisfies readonly DatabaseRole[];
export type Part = (typeof PARTS)[number];

export const isPart = (name: string | undefined): name is Part => PARTS.some((part) => part === name);

/** Roles are of a whole server: these are of the one that all tests share, and have rights in each database that a test migrates. */
export const SHARED_PREFIX = 'test';

export const loginPasswords: LoginPasswords = new Map(PARTS.map((part) => [part, `password of ${part}`]));

/** Files for `--logins`, in a directory that is made. */
export async function writeLogins(directory: string): Promise<void> {
  await mkdir(directory);
  for (const [role, password] of loginPasswords) await writeFile(join(directory, role), `${password}\n`);
}

/** The same database, as the user of a part. */
export function urlOfLogin(url: string, part: Part, prefix: string): string {
  const login = new URL(url);
  login.username = loginOf(prefix, part);
  login.password = encodeURIComponent(loginPasswords.get(part) ?? '');
  return login.href;
}

/**
 * A database of `createTestDatabase` as a part reaches it, directly or through a proxy; any other one as it is, since a server of a
 * test's own has no such users.
 */
export function urlOfPart(url: string, part: Part): string {
  return /^\/test_[0-9a-f]{32}$/.test(new URL(url).pathname) ? urlOfLogin(url, part, SHARED_PREFIX) : url;
}
