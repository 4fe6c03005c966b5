import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { Pool } from '../pool.js';

/** The first caller's identity is kept; any other one is refused with LOG_CLUSTER_CHANGED. */
export async function bindLog(pool: Pool, topic: string, identity: string): Promise<void> {
  await pool.query('insert into logs (topic, identity) values ($1, $2) on conflict do nothing', [
    topic,
    identity,
  ]);
  const { rows } = await pool.query<{ identity: string }>('select identity from logs where topic = $1', [
    topic,
  ]);
  const bound = rows[0]?.identity;
  if (bound !== undefined && bound !== identity) {
    throw new MeterpulseError(
      'LOG_CLUSTER_CHANGED',
      `the positions of ${topic} belong to log ${bound}, this one is ${identity}`,
    );
  }
}
