import type { QueryResultRow } from 'pg';
import { withFieldsOf } from '../encryption/fields-of.js';
import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';
import type { Query } from '../read/read-database.js';

/** Statements that this process has prepared somewhere: few, all of this folder. */
const names = new Map<string, string>();

/** A statement that isn't answered by then is given up, with its connection, ms. */
const TIMEOUT_MS = 10_000;

/**
 * Runs each statement by itself, prepared once in each connection of the pool: for who asks the same many times a second and
 * needs no snapshot of several statements. Rejects with DATABASE_UNAVAILABLE in an outage.
 */
export function preparedQuery(pool: Pool): Query {
  const query: Query = async <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) => {
    const name = names.get(text) ?? `feed_${names.size}`;
    names.set(text, name);
    try {
      const config = { name, text, values: [...values], query_timeout: TIMEOUT_MS };
      return (await pool.query<Row>(config)).rows;
    } catch (error) {
      throw asOutage(error);
    }
  };
  return withFieldsOf(pool, query);
}
