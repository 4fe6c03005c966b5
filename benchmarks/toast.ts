import type pg from 'pg';
import { sampleRows } from '../Files/sample-rows.js';
import type { Breakdown } from './figure.js';
import { walBytes } from './storage-evidence.js';

const MESSAGES_A_PAYLOAD = 40;

/** What storing large payloads costs, as quarantine does, by how PostgreSQL compresses them. */
export async function measureToast(client: pg.Client, count: number): Promise<Breakdown> {
  const sample = sampleRows();
  const payloads = Array.from({ length: count }, (_, index) =>
    Buffer.from(
      JSON.stringify(
        Array.from(
          { length: MESSAGES_A_PAYLOAD },
          (_, each) => sample[(index * 7 + each) % sample.length]?.payload ?? '',
        ),
      ),
    ),
  );
  const bytes = payloads.reduce((sum, { length }) => sum + length, 0);
  const lines: string[][] = [];
  const { rows: compiled } = await client.query<{ has: boolean }>(
    `select 'lz4' = any (enumvals) as has from pg_settings where name = 'default_toast_compression'`,
  );
  const lz4 = compiled[0]?.has === true ? ([['lz4', 'bytea compression lz4']] as const) : [];
  for (const [name, column] of [
    ['pglz', 'bytea compression pglz'],
    ...lz4,
    ['none', 'bytea storage external'],
  ] as const) {
    await client.query(`create table toasted_${name} (raw ${column})`);
    await client.query('checkpoint');
    const before = await walBytes(client);
    const startedAt = performance.now();
    for (const payload of payloads) {
      await client.query({ name, text: `insert into toasted_${name} values ($1)`, values: [payload] });
    }
    const each = ((performance.now() - startedAt) * 1e3) / count;
    const { rows } = await client.query<{ bytes: string }>(
      `select pg_total_relation_size('toasted_${name}') as bytes`,
    );
    lines.push([
      name,
      each.toFixed(0),
      (Number(rows[0]?.bytes) / bytes).toFixed(2),
      (((await walBytes(client)) - before) / bytes).toFixed(2),
    ]);
  }
  return {
    title: `Payloads of ${Math.round(bytes / count / 1_024)} KiB, one a transaction, by the compression of the column`,
    headings: ['compression', 'µs a row', 'bytes on disk, of those sent', 'bytes of WAL, of those sent'],
    lines,
  };
}
