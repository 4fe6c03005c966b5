import type { Statements } from '../audit/audited.js';
import { asOutage } from '../postgres-error.js';

export interface AccessKey {
  readonly id: string;
  readonly name: string;
  /** HMAC-SHA-256 of the key. */
  readonly hash: Buffer;
  readonly scopes: readonly string[];
  /** null: all. */
  readonly sites: readonly string[] | null;
  /** For which its holder may send readings; null: all. */
  readonly chargePointIds: readonly string[] | null;
  /** Whether its holder has to sign what it sends over /ingest. */
  readonly signs: boolean;
  readonly createdAt: Date;
  /** null: never. */
  readonly expiresAt: Date | null;
  /** null: it was not. */
  readonly revokedAt: Date | null;
}

const COLUMNS = `id, name, hash, scopes, sites, charge_point_ids as "chargePointIds", signs,
  created_at as "createdAt", expires_at as "expiresAt", revoked_at as "revokedAt"`;

/** Those of `ids` that there are, revoked and expired ones too. Rejects with DATABASE_UNAVAILABLE. */
export async function readAccessKeys(
  statements: Statements,
  ids: readonly string[],
): Promise<readonly AccessKey[]> {
  return query(statements, `select ${COLUMNS} from access_keys where id = any ($1::text[])`, [ids]);
}

/** All of them, the oldest first. Rejects with DATABASE_UNAVAILABLE. */
export async function listAccessKeys(statements: Statements): Promise<readonly AccessKey[]> {
  return query(statements, `select ${COLUMNS} from access_keys order by created_at, id`, []);
}

export type NewAccessKey = Omit<AccessKey, 'createdAt' | 'revokedAt' | 'signs'> & {
  readonly signs?: boolean;
};

/** Rejects with DATABASE_UNAVAILABLE. */
export async function insertAccessKey(statements: Statements, key: NewAccessKey): Promise<AccessKey> {
  const [row] = await query(
    statements,
    `insert into access_keys (id, name, hash, scopes, sites, charge_point_ids, expires_at, signs)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${COLUMNS}`,
    [
      key.id,
      key.name,
      key.hash,
      key.scopes,
      key.sites,
      key.chargePointIds,
      key.expiresAt,
      key.signs ?? false,
    ],
  );
  if (row === undefined) throw new Error('an inserted access key was not returned');
  return row;
}

/** From now on it is refused; one that is refused already stays as it is. undefined: there is none. Rejects with DATABASE_UNAVAILABLE. */
export async function revokeAccessKey(statements: Statements, id: string): Promise<AccessKey | undefined> {
  const [row] = await query(
    statements,
    `update access_keys set revoked_at = coalesce(revoked_at, clock_timestamp()) where id = $1 returning ${COLUMNS}`,
    [id],
  );
  return row;
}

async function query(
  statements: Statements,
  sql: string,
  values: readonly unknown[],
): Promise<readonly AccessKey[]> {
  try {
    return (await statements.query<AccessKey>(sql, [...values])).rows;
  } catch (error) {
    throw asOutage(error);
  }
}
