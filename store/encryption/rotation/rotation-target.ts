import type { PoolClient } from '../../pool.js';
import type { FieldCipher } from '../field-cipher.js';

/** A table of which values are encrypted. Statements have $1: the prefix of texts, or the name, of the key that encrypts. */
export interface RotationTarget<Row extends { readonly id: string | number } = never> {
  readonly table: string;
  /** Rows at once: few where they may be large. */
  readonly batchRows: number;
  /** What is $1. */
  readonly mark: 'prefix' | 'jsonPrefix' | 'keyId';
  /** Of a row that has a value under another key, or in clear. */
  readonly isStale: string;
  /** Of `id`, its primary key. */
  readonly idType: string;
  /** What {@link RotationTarget.seal} needs, after `id`. */
  readonly columns: string;
  /** Runs before the rows of a batch are written. */
  readonly prepare?: string;
  /** Encrypts a row anew. Throws DATA_UNREADABLE or DATA_KEY_MISSING. */
  seal(cipher: FieldCipher, row: Row): Row;
  write(client: PoolClient, rows: readonly Row[]): Promise<void>;
}

/** Whether a text is there and not under the key. */
export const isStaleText = (column: string): string =>
  `(${column} <> '' and not starts_with(${column}, $1::text))`;

/** The same of JSON, where null says nothing of anybody. */
export const isStaleJson = (column: string): string =>
  `(${column}::text <> 'null' and not starts_with(${column}::text, $1::text))`;
