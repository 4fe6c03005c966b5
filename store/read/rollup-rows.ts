/**
 * Joins the rows that a table has of series `a` between two times, as a part of SQL. `offset 0` keeps it a query of its own, in
 * which both times are known and enter the index: joined to the rest, tables without statistics are read series by series and
 * filtered.
 */
export function rollupRows(table: string, columns: string, from: string, to: string): string {
  return `
  cross join lateral (
    select ${columns} from ${table} r
    where r.series_id = a.series_id and r.bucket >= ${from} and r.bucket < ${to}
    offset 0
  )`;
}
