import type { FieldCipher } from '../encryption/field-cipher.js';
import { fieldsOf } from '../encryption/fields-of.js';
import { inTransaction } from '../in-transaction.js';
import type { PoolClient } from '../pool.js';
import type { ErasureOptions } from './erasure-options.js';

interface Identified {
  readonly id: string | number;
}

/** A table of which every row has to be read. */
export interface ErasedTable<Row extends Identified> {
  /** Reads and locks `batchRows` after the id $1, in the order of ids; null: the first ones. */
  readonly read: string;
  readonly batchRows: number;
  /** What is left of a row, to be stored; null: it names nobody; 'kept': it stays although it does. */
  readonly redact: (cipher: FieldCipher, row: Row) => Row | 'kept' | null;
  readonly write: (client: PoolClient, rows: readonly Row[]) => Promise<void>;
}

/** How many rows named the person and don't any more, and how many do so still. A batch is a transaction. */
export async function eraseFromRows<Row extends Identified>(
  { pool, dryRun, signal, onProgress }: ErasureOptions,
  { read, batchRows, redact, write }: ErasedTable<Row>,
): Promise<{ readonly erased: number; readonly kept: number }> {
  const cipher = fieldsOf(pool);
  let erased = 0;
  let kept = 0;
  for (let after: Row['id'] | null = null; !signal.aborted;) {
    const from: Row['id'] | null = after;
    const work = async (client: PoolClient): Promise<Row['id'] | null> => {
      const { rows } = await client.query<Row>(read, [from]);
      const named = rows.map((row) => redact(cipher, row)).filter((left) => left !== null);
      const left = named.filter((row): row is Row => row !== 'kept');
      erased += left.length;
      kept += named.length - left.length;
      if (left.length > 0) await write(client, left);
      return rows.length < batchRows ? null : (rows.at(-1)?.id ?? null);
    };
    after = await inTransaction(pool, work, { keeps: () => !dryRun });
    onProgress(erased);
    if (after === null) break;
  }
  return { erased, kept };
}
