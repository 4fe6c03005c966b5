import type { QueryResultRow } from 'pg';
import { withFieldsOf } from '../encryption/fields-of.js';
import type { Pool, PoolClient } from '../pool.js';
import { codeOf } from '../postgres-error.js';
import { QUERY_CANCELED, readFailure, readTimedOut } from './read-failure.js';
import type { ReadReplicas } from './replicas/read-replicas.js';
import { ReadWay, type Lease } from './replicas/read-way.js';

export interface ReadDatabaseOptions {
  /** A longer statement is cancelled by the server, ms. */
  readonly statementTimeoutMs: number;
}

/** Runs one statement of a read and gives its rows. */
export type Query = <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** How much longer than the server's own limit an answer is waited for: past it the connection is dead, not slow. */
const CLIENT_GRACE_MS = 2_000;
/** Who takes the pages of a walk may pause between them; longer than this, and PostgreSQL ends the connection. */
const WALK_IDLE_TIMEOUT_MS = 120_000;

/**
 * The way of every read to PostgreSQL: it can't write, can't outlast its limit, and sees one snapshot. A read that fails on a
 * replica for want of the replica is run again on another, at last on the primary: it is a function of its snapshot alone.
 */
export class ReadDatabase {
  private readonly begin: string;
  private readonly timeoutMs: number;

  /** Without `replicas` every read is the primary's. */
  constructor(
    private readonly primary: Pool,
    private readonly options: ReadDatabaseOptions,
    private readonly replicas?: ReadReplicas,
  ) {
    this.timeoutMs = Math.trunc(options.statementTimeoutMs);
    // One message, one round trip. Repeatable read: the statements of one read agree with each other.
    this.begin = `begin isolation level repeatable read, read only; set local statement_timeout = ${this.timeoutMs}`;
  }

  /** The same for reads that must see all that is committed, such as those that a write rests on. */
  onPrimary(): ReadDatabase {
    return new ReadDatabase(this.primary, this.options);
  }

  /**
   * Rejects with READ_TIMED_OUT when a statement took longer than its limit, DATABASE_UNAVAILABLE when PostgreSQL can't be
   * reached, DATABASE_NOT_MIGRATED when the schema is missing; any other error is a bug. `work` may run more than once.
   */
  async read<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
    const way = new ReadWay(this.primary, this.replicas);
    for (;;) {
      let lease: Lease | undefined;
      let failure: unknown;
      try {
        lease = await way.lease();
        const query = this.queryOn(lease.client);
        await query(this.begin);
        const result = await work(query);
        await query('commit');
        return result;
      } catch (error) {
        failure = error;
        if (lease?.failed(error) !== true) throw readFailure(error, this.timeoutMs);
      } finally {
        // A failed read gives its connection up instead of nursing an aborted transaction: failures are rare.
        lease?.release(failure !== undefined);
      }
    }
  }

  /**
   * Gives page after page of one long read, all of one snapshot, on a connection of its own; the statements of each page
   * have the time limit of any read. Stops after the page under way when the signal aborts. Leaving the loop early gives
   * the connection back. Fails as {@link read} rejects; once rows are delivered it can't go on elsewhere, on another snapshot.
   */
  async *walk<Row>(
    pages: (query: Query) => AsyncIterable<readonly Row[]>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Row[]> {
    const way = new ReadWay(this.primary, this.replicas);
    let delivered = false;
    for (;;) {
      let lease: Lease | undefined;
      let failure: unknown;
      try {
        lease = await way.lease();
        const query = this.queryOn(lease.client);
        await query(`${this.begin}; set local idle_in_transaction_session_timeout = ${WALK_IDLE_TIMEOUT_MS}`);
        for await (const page of pages(query)) {
          if (signal.aborted) return;
          delivered ||= page.length > 0;
          yield page;
        }
        return;
      } catch (error) {
        failure = error;
        if (lease?.failed(error) !== true || delivered) throw readFailure(error, this.timeoutMs);
      } finally {
        await end(lease, failure);
      }
    }
  }

  /** Resolves when reads are answered: at once when a replica is fit, else when the primary answers. Rejects as {@link read}. */
  async ping(): Promise<void> {
    if (this.replicas?.anyFit !== true) await this.onPrimary().read((query) => query('select 1'));
  }

  private queryOn(client: PoolClient): Query {
    const query: Query = async <Row extends QueryResultRow>(
      text: string,
      values: readonly unknown[] = [],
    ) => {
      const config = {
        text,
        // Without values several statements may go in one message.
        ...(values.length === 0 ? {} : { values: [...values] }),
        query_timeout: this.timeoutMs + CLIENT_GRACE_MS,
      };
      const startedAt = performance.now();
      try {
        return (await client.query<Row>(config)).rows;
      } catch (error) {
        // One that was cancelled before its time met somebody else's wish, told apart by time since texts are translated.
        const isOurLimit =
          codeOf(error) === QUERY_CANCELED && performance.now() - startedAt >= this.timeoutMs;
        throw isOurLimit ? readTimedOut(error, this.timeoutMs) : error;
      }
    };
    return withFieldsOf(client, query);
  }
}

/** Gives a connection back, its transaction ended; a failed one is given up. */
async function end(lease: Lease | undefined, failure: unknown): Promise<void> {
  if (lease === undefined) return;
  const rollback = { text: 'rollback', query_timeout: CLIENT_GRACE_MS };
  const kept =
    failure === undefined &&
    (await lease.client.query(rollback).then(
      () => true,
      () => false,
    ));
  lease.release(!kept);
}
