import { buffer } from 'node:stream/consumers';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { PoolClient } from '../pool.js';
import { RowReader } from './row-reader.js';
import type { RowWriter } from './row-writer.js';

/** Sends rows into a table, by its columns in their order. */
export async function copyIn(client: PoolClient, table: string, rows: Buffer): Promise<void> {
  const stream = client.query(copyFrom(`copy ${table} from stdin (format binary)`));
  await new Promise<void>((done, failed) => {
    stream.once('finish', done);
    stream.once('error', failed);
    stream.end(rows);
  });
}

/** The same for rows in the making; none of them costs no round trip. */
export async function copyRows(client: PoolClient, table: string, rows: RowWriter): Promise<void> {
  if (rows.rows > 0) await copyIn(client, table, rows.end());
}

/** The rows of a query without parameters. */
export async function copyOut(client: PoolClient, query: string): Promise<RowReader> {
  return new RowReader(await buffer(client.query(copyTo(`copy (${query}) to stdout (format binary)`))));
}
