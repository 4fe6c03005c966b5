import type { QueryResultRow } from 'pg';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { Pool, PoolClient } from '../pool.js';
import { asOutage, codeOf, messageOf } from '../postgres-error.js';

export interface ReadDatabaseOptions {
  /** A longer statement is cancelled by the server, ms. */
  readonly statementTimeoutMs: number;
}

/** Runs one statement of a read and gives its rows. */
export type Query = <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

const QUERY_CANCELED = '57014';
const READ_ONLY_TRANSACTION = '25006';
const UNDEFINED_TABLE = '42P01';
/** Class 53: memory, disk, lock table or connections are used up, for the moment. */
const INSUFFICIENT_RESOURCES = /^53...$/;
/** How much longer than the server's own limit an answer is waited for: past it the connection is dead, not slow. */
const CLIENT_GRACE_MS = 2_000;
/** Who takes the pages of a walk may pause between them; longer than this, and PostgreSQL ends the connection. */
const WALK_IDLE_TIMEOUT_MS = 120_000;

/** The way of every read to PostgreSQL: it can't write, can't outlast its limit, and sees one snapshot. */
export class ReadDatabase {
  private readonly begin: string;
  private readonly queryTimeoutMs: number;

  constructor(
    private readonly pool: Pool,
    options: ReadDatabaseOptions,
  ) {
    const timeoutMs = Math.trunc(options.statementTimeoutMs);
    // One message, one round trip. Repeatable read: the statements of one read agree with each other.
    this.begin = `begin isolation level repeatable read, read only; set local statement_timeout = ${timeoutMs}`;
    this.queryTimeoutMs = timeoutMs + CLIENT_GRACE_MS;
  }

  /**
   * Rejects with READ_TIMED_OUT when a statement took longer than its limit, DATABASE_UNAVAILABLE when PostgreSQL can't be
   * reached, DATABASE_NOT_MIGRATED when the schema is missing; any other error is a bug.
   */
  async read<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
    let client: PoolClient | undefined;
    let failure: unknown;
    try {
      client = await this.pool.connect();
      const query = this.queryOn(client);
      await query(this.begin);
      const result = await work(query);
      await query('commit');
      return result;
    } catch (error) {
      failure = error;
      throw readFailure(error, this.queryTimeoutMs - CLIENT_GRACE_MS);
    } finally {
      // A failed read gives its connection up instead of nursing an aborted transaction: failures are rare.
      client?.release(failure !== undefined);
    }
  }

  /**
   * Gives page after page of one long read, all of one snapshot, on a connection of its own; the statements of each page
   * have the time limit of any read. Stops after the page under way when the signal aborts. Leaving the loop early gives
   * the connection back. Fails as {@link read} rejects.
   */
  async *walk<Row>(
    pages: (query: Query) => AsyncIterable<readonly Row[]>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Row[]> {
    let client: PoolClient | undefined;
    let failure: unknown;
    try {
      client = await this.pool.connect();
      const query = this.queryOn(client);
      await query(`${this.begin}; set local idle_in_transaction_session_timeout = ${WALK_IDLE_TIMEOUT_MS}`);
      for await (const page of pages(query)) {
        if (signal.aborted) return;
        yield page;
      }
    } catch (error) {
      failure = error;
      throw readFailure(error, this.queryTimeoutMs - CLIENT_GRACE_MS);
    } finally {
      await end(client, failure);
    }
  }

  /** Resolves when PostgreSQL answers. Rejects as {@link read} does. */
  async ping(): Promise<void> {
    await this.read((query) => query('select 1'));
  }

  private queryOn(client: PoolClient): Query {
    return async <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) => {
      const config = {
        text,
        // Without values several statements may go in one message.
        ...(values.length === 0 ? {} : { values: [...values] }),
        query_timeout: this.queryTimeoutMs,
      };
      return (await client.query<Row>(config)).rows;
    };
  }
}

/** Gives a connection back, its transaction ended; a failed one is given up. */
async function end(client: PoolClient | undefined, failure: unknown): Promise<void> {
  if (client === undefined) return;
  const rollback = { text: 'rollback', query_timeout: CLIENT_GRACE_MS };
  const kept =
    failure === undefined &&
    (await client.query(rollback).then(
      () => true,
      () => false,
    ));
  client.release(!kept);
}

function readFailure(error: unknown, timeoutMs: number): unknown {
  switch (codeOf(error)) {
    case QUERY_CANCELED:
      return new MeterpulseError('READ_TIMED_OUT', `the query took longer than ${timeoutMs} ms`, {
        cause: error,
      });
    case UNDEFINED_TABLE:
      return new MeterpulseError('DATABASE_NOT_MIGRATED', 'the database lacks tables of meterpulse', {
        cause: error,
      });
    case READ_ONLY_TRANSACTION:
      // To a writer a sign that the primary moved; here it can only be our own mistake.
      return error;
    default:
      return INSUFFICIENT_RESOURCES.test(codeOf(error)) ? outage(error) : asOutage(error);
  }
}

function outage(error: unknown): MeterpulseError {
  return new MeterpulseError(
    'DATABASE_UNAVAILABLE',
    `PostgreSQL is short of resources: ${messageOf(error)}`,
    {
      cause: error,
    },
  );
}
