import { MeterpulseError } from '../helpers/meterpulse-error.js';
import type { Migration } from './known-migrations.js';
import type { Pool, PoolClient } from './pool.js';

export interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  /** null: the database is older than what remembers it. */
  readonly compatibleFrom: number | null;
}

/** What a database has, held against what this code knows. */
export interface SchemaState {
  /** Known here, and not applied: in their order. */
  readonly pending: readonly Migration[];
  /** Of a newer version of the code, which left room for this one; in their order. */
  readonly newer: readonly Applied[];
}

/** By the column's JSON: a database of before 0011 has none. Rejects with 42P01 where there is no schema at all. */
export async function appliedMigrations(queryable: Pick<Pool | PoolClient, 'query'>): Promise<Applied[]> {
  const { rows } = await queryable.query<Applied>(
    `select version, name, checksum, (to_jsonb(m) ->> 'compatible_from')::integer as "compatibleFrom"
     from schema_migrations m order by version`,
  );
  return rows;
}

/** Throws DATABASE_NEWER where this code can't be used on the database, MIGRATION_CHANGED where it isn't of this program. */
export function compareSchema(known: readonly Migration[], done: readonly Applied[]): SchemaState {
  const newest = newestOf(known);
  for (const row of done) {
    const migration = known.find(({ version }) => version === row.version);
    if (migration === undefined) refuseIncompatible(row, newest);
    else if (migration.checksum !== row.checksum) {
      throw new MeterpulseError(
        'MIGRATION_CHANGED',
        `migration ${row.name} isn't the one that was applied to the database`,
      );
    }
  }
  return {
    pending: known.filter(({ version }) => !done.some((row) => row.version === version)),
    newer: done.filter(({ version }) => version > newest),
  };
}

/** The newest version among them; 0 where there is none. */
export function newestOf(migrations: readonly { readonly version: number }[]): number {
  return migrations.reduce((newest, { version }) => Math.max(newest, version), 0);
}

/** `0007` of 7. */
export function versionText(version: number): string {
  return String(version).padStart(4, '0');
}

function refuseIncompatible({ version, name, compatibleFrom }: Applied, newest: number): void {
  const needs = compatibleFrom ?? version;
  // One between those that are known was never this program's.
  if (version > newest && needs <= newest) return;
  throw new MeterpulseError(
    'DATABASE_NEWER',
    version > newest
      ? `the database has migration ${name}, which needs a version that knows ${versionText(needs)}; this one knows up to ${versionText(newest)}`
      : `the database has migration ${name}, which this version doesn't know`,
  );
}
