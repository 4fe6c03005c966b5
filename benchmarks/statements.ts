import { withClient } from './execute.js';
import type { Breakdown } from './figure.js';

/** From now on, PostgreSQL tells what each statement in this database costs. */
export async function trackStatements(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query('create extension if not exists pg_stat_statements');
    await client.query('select pg_stat_statements_reset()');
  });
}

/** The dearest statements since then, planning included. */
export async function statementsOf(databaseUrl: string): Promise<Omit<Breakdown, 'title'>> {
  const { rows } = await withClient(databaseUrl, (client) =>
    client.query<{ query: string; calls: string; ms: number }>(
      `select regexp_replace(query, '\\s+', ' ', 'g') as query, calls, total_exec_time + total_plan_time as ms
       from pg_stat_statements
       where dbid = (select oid from pg_database where datname = current_database()) and query not ilike '%pg_stat_statements%'
       order by ms desc limit 12`,
    ),
  );
  return {
    headings: ['statement', 'calls', 'ms in all'],
    lines: rows.map(({ query, calls, ms }) => [
      query.replaceAll('|', '\\|').slice(0, 110),
      calls,
      ms.toFixed(0),
    ]),
  };
}
