import { join } from 'node:path';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { readSecretFile } from '../../helpers/read-secret-file.js';
import { DATABASE_ROLES, type DatabaseRole } from '../../store/roles/database-roles.js';
import type { LoginPasswords } from '../../store/roles/ensure-logins.js';

/**
 * Passwords of users of the database, of files that are named as their roles: every part has a user; an auditor is a person, who may have
 * one. Throws DATABASE_LOGINS_INVALID, which names each file at fault and never what is in it.
 */
export function loginPasswords(directory: string): LoginPasswords {
  const passwords = new Map<DatabaseRole, string>();
  const problems: string[] = [];
  for (const role of DATABASE_ROLES) {
    const file = readSecretFile(join(directory, role));
    if (!file.ok && role === 'auditor' && file.why === NONE) continue;
    if (!file.ok) problems.push(`${role}: ${file.why}`);
    else if (!/^[\x20-\x7e]{1,1024}$/.test(file.text)) problems.push(`${role}: it is not printable ASCII`);
    else if ([...passwords.values()].includes(file.text))
      problems.push(`${role}: it has the password of another`);
    else passwords.set(role, file.text);
  }
  if (problems.length > 0) {
    throw new MeterpulseError(
      'DATABASE_LOGINS_INVALID',
      `the passwords of --logins ${directory} can not be used: ${problems.join('; ')}`,
    );
  }
  return passwords;
}

const NONE = 'there is no such file';
