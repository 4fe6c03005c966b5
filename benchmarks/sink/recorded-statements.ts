import { Writable } from 'node:stream';
import pg from 'pg';

/** One message to the server, as a sink sent it. */
export interface Statement {
  /** Which of its connections sent it, from 0 on. */
  readonly connection: number;
  readonly text: string;
  readonly parameters: unknown[];
  /** Rows of a COPY; null for any other statement. */
  rows: Buffer | null;
}

type Query = (this: pg.Client, ...given: unknown[]) => unknown;

/**
 * Records every statement of this process, until it is told to stop. Only who knows all connections of the process may do this:
 * it stands in for `query` of all clients.
 *
 * @returns what was recorded since the last time it was asked.
 */
export function recordStatements(): { readonly take: () => Statement[]; readonly stop: () => void } {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const original = prototype.query;
  const connections = new Map<pg.Client, number>();
  let statements: Statement[] = [];
  prototype.query = function (this: pg.Client, ...given) {
    const connection = connections.get(this) ?? connections.size;
    connections.set(this, connection);
    const [what, parameters] = given;
    const text = typeof what === 'string' ? what : (what as { readonly text: string }).text;
    const statement: Statement = {
      connection,
      text,
      parameters: Array.isArray(parameters) ? parameters : [],
      rows: null,
    };
    statements.push(statement);
    if (what instanceof Writable) keepRows(what, statement);
    return original.apply(this, given);
  };
  return {
    take: () => {
      const taken = statements;
      statements = [];
      return taken;
    },
    stop: () => (prototype.query = original),
  };
}

/** A COPY is given all its rows at once. */
function keepRows(copy: Writable, statement: Statement): void {
  const end = copy.end.bind(copy) as (rows: Buffer) => Writable;
  copy.end = ((rows: Buffer) => {
    statement.rows = rows;
    return end(rows);
  }) as typeof copy.end;
}
