import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import {
  insertAccessKey,
  listAccessKeys,
  revokeAccessKey,
  type AccessKey,
} from '../../store/access/access-keys.js';
import {
  listPasswords,
  removePasswords,
  setPassword,
  type PasswordsOfChargePoint,
} from '../../store/access/charge-point-passwords.js';
import type { AuditEvent } from '../../store/audit/audit-entry.js';
import { audited } from '../../store/audit/audited.js';
import type { Pool } from '../../store/pool.js';
import type { Scope } from '../access/scope.js';
import { newAccessKey, newChargePointPassword, type SecretHash } from '../access/secrets.js';
import { secretHash } from './access-part.js';
import { operatorOrigin } from './audit-part.js';
import { withCommandPool } from './with-command-pool.js';

export type ShownKey = Omit<AccessKey, 'hash'>;

export interface KeyRequest extends Pick<
  AccessKey,
  'name' | 'sites' | 'chargePointIds' | 'signs' | 'expiresAt'
> {
  readonly scopes: readonly Scope[];
}

export interface CreatedKey extends ShownKey {
  readonly key: string;
  /** Of one that signs: with what. */
  readonly signingSecret?: string;
}

/** The key itself is nowhere but in the answer. */
export function createKey(request: KeyRequest): Promise<CreatedKey> {
  return withCredentials(async (pool, hash) => {
    const { id, key } = newAccessKey();
    const made = await audited(pool, operatorOrigin(), async (statements) => {
      const result = await insertAccessKey(statements, { ...request, id, hash: hash().ofKey(key) });
      return { result, events: [eventOf('key.create', result)] };
    });
    const signing = request.signs ? { signingSecret: hash().signingSecret(id) } : {};
    return { ...shown(made), key, ...signing };
  });
}

export function listKeys(): Promise<readonly ShownKey[]> {
  return withCredentials(async (pool) => (await listAccessKeys(pool)).map(shown));
}

/** undefined: there is none. */
export function revokeKey(id: string): Promise<ShownKey | undefined> {
  return withCredentials(async (pool) => {
    const key = await audited(pool, operatorOrigin(), async (statements) => {
      const result = await revokeAccessKey(statements, id);
      return { result, events: result === undefined ? [] : [eventOf('key.revoke', result)] };
    });
    return key === undefined ? undefined : shown(key);
  });
}

export interface GivenPassword {
  readonly chargePointId: string;
  readonly password: string;
}

/** A new password for each; those they have stay good for `graceMs`. The passwords are nowhere but in the answer. */
export function givePasswords(
  chargePointIds: readonly string[],
  graceMs: number,
): Promise<readonly GivenPassword[]> {
  return withCredentials(async (pool, hash) => {
    const given = chargePointIds.map((chargePointId) => ({
      chargePointId,
      password: newChargePointPassword(),
    }));
    // All of them or none: of a password that is set and not shown nobody could make use.
    return audited(pool, operatorOrigin(), async (statements) => {
      for (const { chargePointId, password } of given) {
        const kept = hash().ofPassword(chargePointId, Buffer.from(password));
        await setPassword(statements, chargePointId, { hash: kept, graceMs });
      }
      const events = chargePointIds.map((subject) => {
        return { action: 'password.set', outcome: 'done', subject, detail: { graceMs } } as const;
      });
      return { result: given, events };
    });
  });
}

export function listChargePoints(): Promise<readonly PasswordsOfChargePoint[]> {
  return withCredentials(listPasswords);
}

/** How many passwords the charge point had. */
export function revokePasswords(chargePointId: string): Promise<number> {
  return withCredentials((pool) =>
    audited(pool, operatorOrigin(), async (statements) => {
      const passwords = await removePasswords(statements, chargePointId);
      const detail = { passwords };
      const event = { action: 'password.remove', outcome: 'done', subject: chargePointId, detail } as const;
      return { result: passwords, events: passwords === 0 ? [] : [event] };
    }),
  );
}

/** Nothing of the key is a secret but the key. */
function eventOf(
  action: 'key.create' | 'key.revoke',
  { id, name, scopes, sites, chargePointIds, signs, expiresAt }: AccessKey,
): AuditEvent {
  const detail = { name, scopes, sites, chargePointIds, signs, expiresAt };
  return { action, outcome: 'done', subject: id, detail };
}

function shown({
  id,
  name,
  scopes,
  sites,
  chargePointIds,
  signs,
  createdAt,
  expiresAt,
  revokedAt,
}: AccessKey): ShownKey {
  return { id, name, scopes, sites, chargePointIds, signs, createdAt, expiresAt, revokedAt };
}

/** `hash` throws CONFIG_INVALID where there is no CREDENTIALS_KEY: to list and to revoke takes none. */
function withCredentials<Result>(
  work: (pool: Pool, hash: () => SecretHash) => Promise<Result>,
): Promise<Result> {
  return withCommandPool('credentials', (pool, config) =>
    work(pool, () => {
      const hash = secretHash(config);
      if (hash !== null) return hash;
      throw new MeterpulseError(
        'CONFIG_INVALID',
        'CREDENTIALS_KEY (or CREDENTIALS_KEY_FILE) is not set, expected the one that the roles have: `openssl rand -hex 32` makes one.',
      );
    }),
  );
}
