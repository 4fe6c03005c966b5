import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { Pool } from '../pool.js';

export interface LogIdentity {
  readonly identity: string;
  /** null: the log doesn't tell. */
  readonly incarnation: string | null;
}

/**
 * The first caller's identity and incarnation are kept; any other ones are refused with LOG_CLUSTER_CHANGED or LOG_TOPIC_REPLACED. Where
 * an incarnation is told for the first time, it is taken for the one that the positions belong to.
 */
export async function bindLog(pool: Pool, topic: string, log: LogIdentity): Promise<void> {
  const { rows } = await pool.query<LogIdentity>(
    `with bound as (
       insert into logs as l (topic, identity, incarnation) values ($1, $2, $3)
       on conflict (topic) do update set incarnation = excluded.incarnation
         where l.identity = excluded.identity and l.incarnation is null and excluded.incarnation is not null
       returning identity, incarnation
     )
     select * from bound union all select identity, incarnation from logs where topic = $1`,
    [topic, log.identity, log.incarnation],
  );
  // Of the two the first is newer: the second one is of before this statement.
  const [bound] = rows;
  if (bound === undefined) return;
  if (bound.identity !== log.identity) {
    throw new MeterpulseError(
      'LOG_CLUSTER_CHANGED',
      `the positions of ${topic} belong to log ${bound.identity}, this one is ${log.identity}`,
    );
  }
  if (log.incarnation !== null && bound.incarnation !== null && bound.incarnation !== log.incarnation) {
    throw new MeterpulseError(
      'LOG_TOPIC_REPLACED',
      `the positions of ${topic} belong to a topic of that name with the id ${bound.incarnation}, this one has ${log.incarnation}`,
    );
  }
}
