/** A child process that commits rows of the feed at a steady rate, and notes when. */
import pg from 'pg';
import { serve } from '../child.js';
import { atRate } from '../latencies.js';
import { addSeries, payloadOf } from './feed-rows.js';
import { monotonicMs } from './monotonic.js';

export interface WriteRequest {
  readonly commitsPerSecond: number;
  readonly changesEach: number;
  /** Number of the first change. */
  readonly first: number;
  readonly forMs: number;
}

/** Monotonic ms by the number of the commit. */
export interface Commits {
  readonly sentAt: readonly number[];
  readonly answeredAt: readonly number[];
}

const CONNECTIONS = 4;

let idle: pg.Client[] = [];
let series: readonly number[] = [];

async function prepare(databaseUrl: string): Promise<void> {
  idle = Array.from({ length: CONNECTIONS }, () => new pg.Client({ connectionString: databaseUrl }));
  await Promise.all(idle.map((client) => client.connect()));
  const [client] = idle;
  if (client !== undefined) series = await addSeries(client);
}

async function write({ commitsPerSecond, changesEach, first, forMs }: WriteRequest): Promise<Commits> {
  const commits = { sentAt: [] as number[], answeredAt: [] as number[] };
  const waiting: number[] = [];
  let failure: unknown;
  let under = 0;
  let drained: (() => void) | undefined;
  const commit = async (client: pg.Client, number: number): Promise<void> => {
    const payload = payloadOf(series, first + number * changesEach, changesEach);
    await client.query(`begin; select feed_append('readings', '${payload}')`);
    commits.sentAt[number] = monotonicMs();
    await client.query('commit');
    commits.answeredAt[number] = monotonicMs();
  };
  const next = (): void => {
    const client = waiting.length > 0 ? idle.pop() : undefined;
    if (client === undefined) {
      if (under === 0 && waiting.length === 0) drained?.();
      return;
    }
    under += 1;
    void commit(client, waiting.shift() ?? 0)
      .catch((error: unknown) => (failure ??= error))
      .finally(() => {
        under -= 1;
        idle.push(client);
        next();
      });
  };
  await atRate(commitsPerSecond, forMs, (number) => {
    waiting.push(number);
    next();
  });
  await new Promise<void>((resolve) => {
    drained = resolve;
    next();
  });
  if (failure !== undefined) throw failure as Error;
  return commits;
}

serve({ prepare, write });
