import type { Pool } from '../../pool.js';
import { codeOf } from '../../postgres-error.js';
import type { ReplicaAnswer } from './verdict.js';

/** An answer that takes longer than this is none, ms; connecting may take as long again. */
export const PROBE_TIMEOUT_MS = 2_000;

export interface PrimaryAnswer {
  /** Bytes since the log's beginning. */
  readonly lsn: bigint;
  /** undefined when this user may not ask. */
  readonly systemId: string | undefined;
}

interface Row {
  readonly is_standby: boolean;
  readonly lsn: string | null;
  readonly system_id?: string;
}

const INSUFFICIENT_PRIVILEGE = '42501';

/** int8 as text, since it reaches beyond 2^53. */
const SYSTEM_ID = '(select system_identifier::text from pg_control_system()) as system_id';
const PRIMARY = `select false as is_standby, pg_current_wal_lsn() - '0/0'::pg_lsn as lsn`;
const REPLICA = `select pg_is_in_recovery() as is_standby, pg_last_wal_replay_lsn() - '0/0'::pg_lsn as lsn`;

/** Where the primary's log is. Rejects when it can't be reached, or is a standby itself. */
export async function probePrimary(pool: Pool): Promise<PrimaryAnswer> {
  const { lsn, system_id } = await ask(pool, PRIMARY);
  return { lsn: BigInt(lsn ?? 0), systemId: system_id };
}

/** How far a replica is, and whether it is one. Rejects when it can't be reached. */
export async function probeReplica(pool: Pool): Promise<ReplicaAnswer> {
  const { is_standby, lsn, system_id } = await ask(pool, REPLICA);
  return { isStandby: is_standby, replayed: lsn === null ? null : BigInt(lsn), systemId: system_id };
}

async function ask(pool: Pool, select: string): Promise<Row> {
  try {
    return await askOnce(pool, `${select}, ${SYSTEM_ID}`);
  } catch (error) {
    if (codeOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    return askOnce(pool, select);
  }
}

async function askOnce(pool: Pool, text: string): Promise<Row> {
  const config = { text, query_timeout: PROBE_TIMEOUT_MS };
  const [row] = (await pool.query<Row>(config)).rows;
  if (row === undefined) throw new Error('a select without from gives a row');
  return row;
}
