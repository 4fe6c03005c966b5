import pg from 'pg';
import type { Registry } from 'prom-client';
import type { DataKey } from '../helpers/data-keys.js';
import { DatabaseClient } from './database-client.js';
import { FieldCipher } from './encryption/field-cipher.js';
import { setFields } from './encryption/fields-of.js';
import { createPoolMetrics } from './metrics.js';

export type Pool = pg.Pool;
export type PoolClient = pg.PoolClient;

export interface PoolOptions {
  /** As {@link connectionSettings} takes it. */
  readonly url: string;
  /** Connections at most. */
  readonly max: number;
  /** Shown in pg_stat_activity; also the label of the pool's metrics. */
  readonly applicationName: string;
  /** A longer statement is cancelled (57014). Default: never. */
  readonly statementTimeoutMs?: number;
  /** A statement that was not answered by then fails, whatever the server does; its connection is given up. Default: never. */
  readonly queryTimeoutMs?: number;
  /** Connecting, or waiting for a connection, fails after this long. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** What identifies people is encrypted under the first of these, and read by any. Default: none, it is in clear. */
  readonly dataKeys?: readonly DataKey[];
  readonly registry?: Registry;
}

const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_AFTER_MS = 10_000;
/** A process that was frozen inside a transaction must not keep the rows it locked: the next owner waits for them. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;

const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * int8 comes as a number: offsets, counters and ids stay below 2^53. Sessions are in UTC.
 * An error of an idle connection only removes it from the pool; one in use rejects the query under way.
 */
export function createPool(options: PoolOptions): Pool {
  const pool = new pg.Pool({
    Client: DatabaseClient,
    connectionString: options.url,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    ...(options.statementTimeoutMs === undefined ? {} : { statement_timeout: options.statementTimeoutMs }),
    ...(options.queryTimeoutMs === undefined ? {} : { query_timeout: options.queryTimeoutMs }),
    options: '-c TimeZone=UTC -c DateStyle=ISO',
    types,
  });
  // Without listeners these events would end the process. The queries they hit reject with the same error.
  const ignore = (): void => undefined;
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  if (options.dataKeys !== undefined && options.dataKeys.length > 0) {
    const cipher = new FieldCipher(options.dataKeys);
    setFields(pool, cipher);
    pool.on('connect', (client) => setFields(client, cipher));
  }
  if (options.registry !== undefined) createPoolMetrics(options.registry, options.applicationName, pool);
  return pool;
}
