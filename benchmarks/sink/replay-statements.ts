import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Statement } from './recorded-statements.js';

/** What the statements of a flush are for, in their order; the first that matches. */
const PURPOSES: readonly (readonly [title: string, pattern: RegExp])[] = [
  ['the feed’s row, and the commit', /feed_append|^commit/],
  ['COPY of readings taken for new', /^copy readings/],
  ['INSERT of those that may repeat', /^insert into readings/],
  ['what stands under their keys', /from unnest[^]*from (readings|reading_conflicts)\s+where/],
  ['latest values', /^insert into latest_readings/],
  ['marks for aggregates', /^insert into rollup_marks/],
  ['positions and counters', /consumer_positions/],
];
const OTHER = 'everything else';

export interface Replayed {
  readonly seconds: number;
  /** Of all connections, by purpose, in the order of a flush. */
  readonly purposes: readonly { readonly title: string; readonly seconds: number }[];
}

/** Sends recorded statements once more: those of one connection one after the other, all connections at once. */
export class Replay implements AsyncDisposable {
  readonly #clients = new Map<number, pg.Client>();

  constructor(private readonly databaseUrl: string) {}

  /** @param inTurn in the order they were recorded in, none beside another. */
  async run(statements: readonly Statement[], { inTurn }: { readonly inTurn: boolean }): Promise<Replayed> {
    const spent = new Map([...PURPOSES.map(([title]) => title), OTHER].map((title) => [title, 0]));
    const lanes = inTurn ? [statements] : byConnection(statements);
    for (const { connection } of statements) await this.#client(connection);
    const started = performance.now();
    await Promise.all(
      lanes.map(async (lane) => {
        for (const statement of lane) {
          const before = performance.now();
          await send(await this.#client(statement.connection), statement);
          const title = PURPOSES.find(([, pattern]) => pattern.test(statement.text))?.[0] ?? OTHER;
          spent.set(title, (spent.get(title) ?? 0) + performance.now() - before);
        }
      }),
    );
    return {
      seconds: (performance.now() - started) / 1_000,
      purposes: [...spent].map(([title, ms]) => ({ title, seconds: ms / 1_000 })),
    };
  }

  async #client(connection: number): Promise<pg.Client> {
    const known = this.#clients.get(connection);
    if (known !== undefined) return known;
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      options: '-c TimeZone=UTC -c DateStyle=ISO',
    });
    this.#clients.set(connection, client);
    await client.connect();
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients.values()) await client.end();
  }
}

function byConnection(statements: readonly Statement[]): Statement[][] {
  const lanes: Statement[][] = [];
  for (const statement of statements) (lanes[statement.connection] ??= []).push(statement);
  // Connections are numbered by their first use: one may have none of these.
  return lanes.filter((lane) => lane.length > 0);
}

async function send(client: pg.Client, { text, parameters, rows }: Statement): Promise<void> {
  if (rows === null) {
    await client.query(text, parameters);
    return;
  }
  const copy = client.query(copyFrom(text));
  copy.end(rows);
  await once(copy, 'finish');
}
