import type { Pool } from '../pool.js';

/** What came of every record of a partition of the log. */
export interface PartitionAccount {
  readonly topic: string;
  readonly partition: number;
  readonly received: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly rejected: number;
}

/** As flushes counted them, in the transaction of the rows. */
export async function readPartitionAccounts(pool: Pool): Promise<PartitionAccount[]> {
  const { rows } = await pool.query<PartitionAccount>(
    `select topic, partition, messages_received as received, messages_stored as stored,
       messages_duplicate as duplicate, messages_rejected as rejected
     from consumer_positions order by topic, partition`,
  );
  return rows;
}
