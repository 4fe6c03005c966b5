import type { Statements } from '../audit/audited.js';
import { asOutage } from '../postgres-error.js';

/** Hashes that are good now, by charge point; without those that have none. Rejects with DATABASE_UNAVAILABLE. */
export async function readPasswordHashes(
  statements: Statements,
  chargePointIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Buffer[]>> {
  try {
    // A row each: in a storm of reconnects an array of each charge point costs more than all else of its question.
    const { rows } = await statements.query<{ id: string; hash: Buffer }>({
      name: 'password-hashes',
      text: `select charge_point_id as id, hash from charge_point_passwords
        where charge_point_id = any ($1::text[]) and (expires_at is null or expires_at > clock_timestamp())`,
      // A NUL can't be in any id that PostgreSQL knows; it would fail the question for everybody.
      values: [chargePointIds.filter((id) => !id.includes('\0'))],
    });
    const found = new Map<string, Buffer[]>();
    for (const { id, hash } of rows) {
      const others = found.get(id);
      if (others === undefined) found.set(id, [hash]);
      else others.push(hash);
    }
    return found;
  } catch (error) {
    throw asOutage(error);
  }
}

/**
 * Adds a password. Those that the charge point has stay good for `graceMs`, so that it can be told the new one and come
 * back by the old one until it has it; 0: they end now. Expired ones are removed. Rejects with DATABASE_UNAVAILABLE.
 */
export async function setPassword(
  statements: Statements,
  chargePointId: string,
  { hash, graceMs }: { readonly hash: Buffer; readonly graceMs: number },
): Promise<void> {
  try {
    // One statement: at no moment has the charge point none.
    await statements.query(
      `with ended as (
         delete from charge_point_passwords
         where charge_point_id = $1 and hash <> $2 and ($3::float8 <= 0 or expires_at <= clock_timestamp())
       ), ending as (
         update charge_point_passwords
         set expires_at = least(expires_at, clock_timestamp() + $3::float8 * interval '1 millisecond')
         where charge_point_id = $1 and hash <> $2 and $3::float8 > 0
           and (expires_at is null or expires_at > clock_timestamp())
       )
       insert into charge_point_passwords (charge_point_id, hash) values ($1, $2)
       on conflict (charge_point_id, hash) do update set expires_at = null`,
      [chargePointId, hash, graceMs],
    );
  } catch (error) {
    throw asOutage(error);
  }
}

/** The charge point has no password any more. Returns how many it had. Rejects with DATABASE_UNAVAILABLE. */
export async function removePasswords(statements: Statements, chargePointId: string): Promise<number> {
  try {
    const sql = 'delete from charge_point_passwords where charge_point_id = $1';
    return (await statements.query(sql, [chargePointId])).rowCount ?? 0;
  } catch (error) {
    throw asOutage(error);
  }
}

/** What is known of the passwords of one charge point. */
export interface PasswordsOfChargePoint {
  readonly chargePointId: string;
  /** When the newest was given. */
  readonly givenAt: Date;
  /** Until when an earlier one is taken as well; null: none is. */
  readonly earlierUntil: Date | null;
}

/** Charge points that have a password which is good now, by id. Rejects with DATABASE_UNAVAILABLE. */
export async function listPasswords(statements: Statements): Promise<readonly PasswordsOfChargePoint[]> {
  try {
    const { rows } = await statements.query<PasswordsOfChargePoint>(
      `select charge_point_id as "chargePointId", max(created_at) as "givenAt", max(expires_at) as "earlierUntil"
       from charge_point_passwords where expires_at is null or expires_at > clock_timestamp()
       group by charge_point_id order by charge_point_id`,
    );
    return rows;
  } catch (error) {
    throw asOutage(error);
  }
}
