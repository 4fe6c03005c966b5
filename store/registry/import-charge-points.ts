import type { AuditOrigin } from '../audit/audit-entry.js';
import { insertAudit } from '../audit/insert-audit.js';
import type { FieldCipher } from '../encryption/field-cipher.js';
import { fieldsOf } from '../encryption/fields-of.js';
import { labelPlace, withLabelOpened } from '../encryption/label.js';
import { inTransaction } from '../in-transaction.js';
import type { Pool, PoolClient } from '../pool.js';
import { asOutage, failureOf } from '../postgres-error.js';
import type { ChargePoint, ChargePointStatus } from '../read/charge-points.js';

/** What a row of a file says; undefined: nothing of that. */
export interface ImportedRow {
  readonly id: string;
  readonly label: string | undefined;
  readonly site: string | undefined;
  readonly status: ChargePointStatus | undefined;
}

export interface ImportCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Retired ones that are back. */
  readonly restored: number;
}

export type ImportResult =
  | { readonly kind: 'imported'; readonly counts: ImportCounts }
  /** Charge points of these ids are of sites beyond `sites`, or would be; nothing was written. */
  | { readonly kind: 'foreign'; readonly ids: readonly string[] };

export interface ImportOptions {
  /** Writes nothing. */
  readonly dryRun: boolean;
  /** Whose charge points may be changed; null: all. */
  readonly sites: readonly string[] | null;
  /** Who imports, for the audit. */
  readonly origin: AuditOrigin;
}

/** The commit puts each change on the feed, some 10,000 a second. */
const STATEMENT_TIMEOUT_MS = 120_000;
const CHUNK_ROWS = 10_000;
const TRIES = 5;

/**
 * Adds and changes charge points in one transaction: all of them or none. What a row doesn't say stays as it is; a new one, or
 * one that comes back, is active then. Rejects with DATABASE_UNAVAILABLE.
 *
 * @param rows of different ids.
 */
export async function importChargePoints(
  pool: Pool,
  rows: readonly ImportedRow[],
  options: ImportOptions,
): Promise<ImportResult> {
  // In one order, so that two imports lock what they share one after the other.
  const sorted = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTransaction<ImportResult>(
        pool,
        async (client) => {
          const result = await importRows(client, sorted, options);
          if (result.kind === 'imported' && !options.dryRun) await noteImport(client, result.counts, options);
          return result;
        },
        {
          begin: `begin; set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
          keeps: ({ kind }) => kind === 'imported' && !options.dryRun,
        },
      );
    } catch (error) {
      if (failureOf(error) !== 'contention' || attempt >= TRIES) throw asOutage(error);
    }
  }
}

/** One entry for all: which charge points they are, the feed and the file tell. */
async function noteImport(
  client: PoolClient,
  counts: ImportCounts,
  { origin }: ImportOptions,
): Promise<void> {
  const event = { action: 'charge-point.import', outcome: 'done', subject: null } as const;
  await insertAudit(client, [{ ...origin, ...event, detail: { ...counts } }]);
}

async function importRows(
  client: PoolClient,
  rows: readonly ImportedRow[],
  { dryRun, sites }: ImportOptions,
): Promise<ImportResult> {
  const counts = { created: 0, updated: 0, unchanged: 0, restored: 0 };
  const foreign: string[] = [];
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    let left = rows.slice(from, from + CHUNK_ROWS);
    while (left.length > 0) {
      const known = await lockKnown(client, left);
      const wanted = left.map((row) => wish(row, known.get(row.id)));
      for (const { row, before } of wanted) {
        const isForeign = [row, before].some(
          (one) => one !== undefined && sites?.includes(one.site) === false,
        );
        if (isForeign) foreign.push(row.id);
      }
      const fresh = wanted.filter(({ before }) => before === undefined).map(({ row }) => row);
      const changed = wanted.filter(({ row, before }) => before !== undefined && differs(row, before));
      const restored = changed.filter(
        ({ row, before }) => before?.status === 'retired' && row.status !== 'retired',
      ).length;
      counts.restored += restored;
      counts.updated += changed.length - restored;
      counts.unchanged += wanted.length - fresh.length - changed.length;
      if (!dryRun && changed.length > 0) {
        await client.query(
          UPDATE,
          columnsOf(
            fieldsOf(client),
            changed.map(({ row }) => row),
          ),
        );
      }
      const inserted = dryRun ? new Set(fresh.map(({ id }) => id)) : await insert(client, fresh);
      counts.created += inserted.size;
      // Somebody else has made them meanwhile: looked at again.
      const late = new Set(fresh.filter(({ id }) => !inserted.has(id)).map(({ id }) => id));
      left = left.filter(({ id }) => late.has(id));
    }
  }
  return foreign.length > 0 ? { kind: 'foreign', ids: foreign } : { kind: 'imported', counts };
}

type Standing = Pick<ChargePoint, 'id' | 'label' | 'site' | 'status'>;

function wish(
  { id, label, site, status }: ImportedRow,
  before: Standing | undefined,
): { readonly row: Standing; readonly before: Standing | undefined } {
  const standing = before === undefined || before.status === 'retired' ? 'active' : before.status;
  const row = {
    id,
    label: label ?? before?.label ?? '',
    site: site ?? before?.site ?? '',
    status: status ?? standing,
  };
  return { row, before };
}

function differs(a: Standing, b: Standing): boolean {
  return a.label !== b.label || a.site !== b.site || a.status !== b.status;
}

const LOCK = `
  select c.id, c.label, c.site, c.status
  from unnest($1::text[]) with ordinality as g (id, at)
  join charge_points c on c.id = g.id
  order by g.at
  for update of c`;

async function lockKnown(
  client: PoolClient,
  rows: readonly ImportedRow[],
): Promise<ReadonlyMap<string, Standing>> {
  const { rows: known } = await client.query<Standing>(LOCK, [rows.map(({ id }) => id)]);
  return new Map(known.map((row) => [row.id, withLabelOpened(fieldsOf(client), row)]));
}

const UPDATE = `
  update charge_points c set label = g.label, site = g.site, status = g.status
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as g (id, label, site, status)
  where c.id = g.id`;

const INSERT = `
  insert into charge_points (id, label, site, status)
  select id, label, site, status
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as g (id, label, site, status, at)
  order by at
  on conflict (id) do nothing
  returning id`;

async function insert(client: PoolClient, rows: readonly Standing[]): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set();
  const { rows: inserted } = await client.query<{ id: string }>(INSERT, columnsOf(fieldsOf(client), rows));
  return new Set(inserted.map(({ id }) => id));
}

function columnsOf(cipher: FieldCipher, rows: readonly Standing[]): string[][] {
  return [
    rows.map(({ id }) => id),
    rows.map(({ id, label }) => cipher.seal(labelPlace(id), label)),
    rows.map(({ site }) => site),
    rows.map(({ status }) => status),
  ];
}
