import type { ProcessIdentity } from '../connections/connection-state.js';
import { FORGOTTEN_AFTER_S } from '../connections/gateway-processes.js';
import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';
import type { ProcessReport } from './process-figures.js';

/** Writes down what a process counts, and forgets those that have been silent for long. Rejects with DATABASE_UNAVAILABLE. */
export async function reportFigures(
  pool: Pool,
  process: ProcessIdentity,
  { role, figures }: ProcessReport,
): Promise<void> {
  try {
    await pool.query(
      `with silent as (
         delete from process_figures
         where id <> $1 and reported_at < clock_timestamp() - make_interval(secs => ${FORGOTTEN_AFTER_S})
       )
       insert into process_figures as p (id, role, host, pid, figures) values ($1, $2, $3, $4, $5)
       on conflict (id) do update set reported_at = clock_timestamp(), figures = excluded.figures,
         earlier_at = p.reported_at, earlier = p.figures`,
      [process.id, role, process.host, process.pid, JSON.stringify(figures)],
    );
  } catch (error) {
    throw asOutage(error);
  }
}

/** The process ends. Rejects with DATABASE_UNAVAILABLE. */
export async function endReports(pool: Pool, process: ProcessIdentity): Promise<void> {
  try {
    await pool.query('delete from process_figures where id = $1', [process.id]);
  } catch (error) {
    throw asOutage(error);
  }
}
