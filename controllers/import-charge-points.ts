import type { ImportQuery } from '../routes/query/charge-points-query.js';
import type { UploadedFile } from '../routes/route.js';
import type { Principal } from '../server/access/access.js';
import type { AuditOrigin } from '../store/audit/audit-entry.js';
import type { Pool } from '../store/pool.js';
import { importChargePoints } from '../store/registry/import-charge-points.js';
import { ok, refused, type Answer } from './answer.js';
import type { ChargePointFileReader } from './charge-point-file-reader.js';
import type { ChargePointRow } from './charge-point-rows.js';
import { problem, type RowError } from './problem.js';
import { maySee, sitesOf } from './sites-of.js';

const MAX_ERRORS = 100;

interface Asked {
  readonly principal: Principal;
  readonly origin: AuditOrigin;
  readonly query: ImportQuery;
  readonly body: UploadedFile;
}

/** All rows of a file, or none. */
export function importController(pool: Pool, files: Pick<ChargePointFileReader, 'read'>) {
  return {
    import: async ({ principal, origin, query: { dryRun }, body }: Asked): Promise<Answer> => {
      const read = await files.read(body);
      if (read.kind === 'unusable') return refused(problem('unreadable-file', read.why));
      if (read.kind === 'errors') return invalidRows(read.errors, read.count);
      const { rows } = read;
      // A row that names no site is judged by where its charge point stands.
      const misplaced = rows.filter(({ site }) => site !== undefined && !maySee(principal, site));
      if (misplaced.length > 0) return foreign(misplaced, 'site', 'none of your sites');
      const result = await importChargePoints(pool, rows, {
        dryRun,
        sites: sitesOf(principal),
        origin,
      });
      if (result.kind === 'imported') return ok({ ...result.counts, dryRun });
      const ids = new Set(result.ids);
      return foreign(
        rows.filter(({ id }) => ids.has(id)),
        'id',
        'a charge point of none of your sites',
      );
    },
  };
}

function foreign(rows: readonly ChargePointRow[], column: string, message: string): Answer {
  const errors = rows.slice(0, MAX_ERRORS).map(({ rowNumber }) => ({ row: rowNumber, column, message }));
  return invalidRows(errors, rows.length);
}

function invalidRows(rowErrors: readonly RowError[], count: number): Answer {
  const [first] = rowErrors;
  const place = first === undefined ? '' : `, first in row ${first.row}: ${first.column} ${first.message}`;
  const detail = `${count} ${count === 1 ? 'fault' : 'faults'}${place}. Nothing was written.`;
  return refused(problem('invalid-rows', detail, { rowErrors }));
}
