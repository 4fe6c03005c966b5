import { MeterpulseError } from '../../../helpers/meterpulse-error.js';
import { inTransaction } from '../../in-transaction.js';
import type { Pool, PoolClient } from '../../pool.js';
import { asOutage } from '../../postgres-error.js';
import { checkDataKeys, forgetKeys, readKeyMarks } from '../check-data-keys.js';
import { prefixOf } from '../field-cipher.js';
import { fieldsOf } from '../fields-of.js';
import type { RotationTarget } from './rotation-target.js';
import { ROTATION_TARGETS } from './rotation-targets.js';

export interface RotationProgress {
  readonly rows: number;
  readonly ofRows: number;
}

export interface RotationReport {
  /** By which everything is encrypted that was rotated. */
  readonly key: string;
  readonly tables: readonly {
    readonly table: string;
    /** Rows that were encrypted anew. */
    readonly rows: number;
    /** Rows that are under another key, or in clear, still. */
    readonly left: number;
  }[];
  /** What can't be decrypted, without the values: at most ten. */
  readonly unreadable: readonly string[];
  /** Keys that nothing is encrypted by any more: they may go from DATA_KEYS. */
  readonly needless: readonly string[];
  /** Keys that copies of labels in the change feed are encrypted by still. */
  readonly inFeed: readonly string[];
  /** false: it was broken off; run again, it goes on where it was. */
  readonly isComplete: boolean;
}

export interface RotationOptions {
  readonly pool: Pool;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RotationProgress) => void;
}

const MAX_UNREADABLE = 10;

/**
 * Encrypts everything under the first key of the pool that is under another one, or in clear, while roles run. Each batch is a
 * transaction; what is done is known by itself, so that it can be broken off at any time. Rejects with DATA_KEY_MISSING,
 * DATA_KEY_WRONG or DATABASE_UNAVAILABLE.
 */
export async function rotateKeys({ pool, signal, onProgress }: RotationOptions): Promise<RotationReport> {
  const key = fieldsOf(pool).currentKey;
  if (key === null) {
    throw new MeterpulseError(
      'CONFIG_INVALID',
      'DATA_KEYS (or DATA_KEYS_FILE) is not set, expected the keys that the roles have, the new one first.',
    );
  }
  try {
    await checkDataKeys(pool);
    let ofRows = 0;
    for (const target of ROTATION_TARGETS) ofRows += await countStale(pool, target, key);
    let rows = 0;
    const unreadable: string[] = [];
    const tables: RotationReport['tables'][number][] = [];
    for (const target of ROTATION_TARGETS) {
      let ofTable = 0;
      for (let after: string | number | null = null; !signal.aborted;) {
        const batch = await rotateBatch(pool, target, key, after);
        ofTable += batch.rows;
        rows += batch.rows;
        unreadable.push(...batch.unreadable.slice(0, MAX_UNREADABLE - unreadable.length));
        onProgress({ rows, ofRows: Math.max(ofRows, rows) });
        if (batch.last === null) break;
        after = batch.last;
      }
      tables.push({ table: target.table, rows: ofTable, left: await countStale(pool, target, key) });
    }
    const isDone = tables.every(({ left }) => left === 0);
    return { key, tables, unreadable, isComplete: !signal.aborted, ...(await settleKeys(pool, key, isDone)) };
  } catch (error) {
    throw asOutage(error);
  }
}

/** Forgets the keys that are used nowhere; in the feed there may be copies of labels. */
async function settleKeys(
  pool: Pool,
  key: string,
  isDone: boolean,
): Promise<Pick<RotationReport, 'needless' | 'inFeed'>> {
  if (!isDone) return { needless: [], inFeed: [] };
  const others = (await readKeyMarks(pool)).map(({ id }) => id).filter((id) => id !== key);
  const inFeed: string[] = [];
  for (const id of others) if (await isInFeed(pool, id)) inFeed.push(id);
  const needless = others.filter((id) => !inFeed.includes(id));
  await forgetKeys(pool, needless);
  return { needless, inFeed };
}

async function isInFeed(pool: Pool, key: string): Promise<boolean> {
  const { rows } = await pool.query<{ found: boolean }>(
    `select exists (select from feed where kind = 'chargePoint' and strpos(payload::text, $1) > 0) as found`,
    [jsonPrefixOf(key).slice(1)],
  );
  return rows[0]?.found === true;
}

type Target = (typeof ROTATION_TARGETS)[number];

async function countStale(pool: Pool, target: Target, key: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*) as count from ${target.table} where ${target.isStale}`,
    [markOf(target, key)],
  );
  return rows[0]?.count ?? 0;
}

interface Batch {
  readonly rows: number;
  /** Where the next one begins; null: there is none. */
  readonly last: string | number | null;
  readonly unreadable: readonly string[];
}

/** The rows are locked in the order of their keys, as whoever else writes several does. */
async function rotateBatch(
  pool: Pool,
  target: Target,
  key: string,
  after: string | number | null,
): Promise<Batch> {
  const { table, idType, columns, isStale, batchRows, prepare = '' } = target;
  const work = async (client: PoolClient): Promise<Batch> => {
    const { rows } = await client.query<{ id: string | number }>(
      `select id, ${columns} from ${table}
       where ($2::${idType} is null or id > $2) and ${isStale}
       order by id limit ${batchRows} for no key update`,
      [markOf(target, key), after],
    );
    const { sealed, unreadable } = sealAll(client, target, rows);
    if (sealed.length > 0) await target.write(client, sealed as never[]);
    const last = rows.length < batchRows ? null : (rows.at(-1)?.id ?? null);
    return { rows: sealed.length, last, unreadable };
  };
  return inTransaction(pool, work, { begin: `begin; ${prepare}` });
}

/** What can't be read stays as it is, and is told. */
function sealAll(
  client: PoolClient,
  target: Target,
  rows: readonly { readonly id: string | number }[],
): { readonly sealed: readonly unknown[]; readonly unreadable: readonly string[] } {
  const sealed: unknown[] = [];
  const unreadable: string[] = [];
  for (const row of rows) {
    try {
      sealed.push(target.seal(fieldsOf(client), row as never));
    } catch (error) {
      if (!(error instanceof MeterpulseError)) throw error;
      unreadable.push(error.message);
    }
  }
  return { sealed, unreadable };
}

function markOf({ mark }: Pick<RotationTarget, 'mark'>, key: string): string {
  if (mark === 'keyId') return key;
  return mark === 'prefix' ? prefixOf(key) : jsonPrefixOf(key);
}

/** What JSON begins with that is encrypted. */
function jsonPrefixOf(key: string): string {
  return JSON.stringify(prefixOf(key)).slice(0, -1);
}
