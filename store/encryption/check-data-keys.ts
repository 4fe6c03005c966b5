import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';
import { isSameKey, keyMissing, type FieldCipher, type KeyMark } from './field-cipher.js';
import { fieldsOf } from './fields-of.js';

/**
 * For roles at their start: whether the pool has every key that values of the database are encrypted by, and notes the one by
 * which this process is going to encrypt. Rejects with DATA_KEY_MISSING, DATA_KEY_WRONG or DATABASE_UNAVAILABLE.
 *
 * @param encrypts false: it only reads.
 */
export async function checkDataKeys(pool: Pool, { encrypts = true } = {}): Promise<void> {
  const cipher = fieldsOf(pool);
  const known = await readKeyMarks(pool);
  compareKeys(cipher, known);
  const current = cipher.marks.find(({ id }) => id === cipher.currentKey);
  if (!encrypts || current === undefined || known.some(({ id }) => id === current.id)) return;
  await query(pool, `insert into data_keys (id, fingerprint) values ($1, $2) on conflict do nothing`, [
    current.id,
    current.fingerprint,
  ]);
  // Somebody else may have come first, with another key of this name.
  compareKeys(cipher, await readKeyMarks(pool));
}

/** Keys that a database says it needs. Rejects with DATABASE_UNAVAILABLE. */
export async function readKeyMarks(pool: Pool): Promise<readonly KeyMark[]> {
  return query<KeyMark>(pool, 'select id, fingerprint from data_keys order by id');
}

/** Forgets that keys were used: the caller knows that nothing is encrypted by them any more. */
export async function forgetKeys(pool: Pool, ids: readonly string[]): Promise<void> {
  await query(pool, 'delete from data_keys where id = any($1::text[])', [ids]);
}

function compareKeys(cipher: FieldCipher, known: readonly KeyMark[]): void {
  const own = new Map(cipher.marks.map((mark) => [mark.id, mark]));
  const missing = known.filter(({ id }) => !own.has(id)).map(({ id }) => id);
  if (missing.length > 0) throw keyMissing(missing, 'values of the database are encrypted under');
  for (const mark of known) {
    const given = own.get(mark.id);
    if (given !== undefined && !isSameKey(given, mark)) {
      throw new MeterpulseError(
        'DATA_KEY_WRONG',
        `the data key ${mark.id} of DATA_KEYS is another one than that by which values of the database are encrypted`,
      );
    }
  }
}

async function query<Row extends object>(
  pool: Pool,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  try {
    return (await pool.query<Row & Record<string, unknown>>(text, [...values])).rows;
  } catch (error) {
    throw asOutage(error);
  }
}
