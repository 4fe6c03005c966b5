import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { FeedTail, type FeedListener, type FeedTailOptions } from '../../server/live/feed-tail.js';
import type { FeedRow } from '../../store/feed/feed-row.js';
import { SeriesDictionary } from '../../store/feed/series-dictionary.js';
import { createPool, type Pool } from '../../store/pool.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { startTcpProxy, type TcpProxy } from '../harness/tcp-proxy.js';
import { until } from '../integrity/until.js';

/** Of what is seen by a poll alone: so seldom that nothing is seen by it. */
const NEVER = 3_600_000;

let database: TestDatabase;
let pool: Pool;
/** What tails read and listen through. */
let proxy: TcpProxy;
let tailPool: Pool;

beforeEach(async () => {
  database = await createTestDatabase({ migrated: true });
  pool = createPool({ url: database.url, max: 4, applicationName: 'writer' });
  const url = new URL(database.url);
  proxy = await startTcpProxy({ targetPort: Number(url.port), targetHost: url.hostname });
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  tailPool = createPool({ url: url.href, max: 2, applicationName: 'tail' });
  return async () => {
    await tailPool.end();
    await proxy.close();
    await pool.end();
    await database.drop();
  };
});

/** Tests wait for a tail that is followed by another one's end: each stops its own. */
interface Followed extends AsyncDisposable {
  readonly positions: number[];
  readonly resets: string[];
  readonly listening: boolean;
}

function follow(
  options: Partial<Omit<FeedTailOptions, 'listener'>> & {
    readonly after?: number;
    readonly listener?: Partial<FeedListener>;
  } = {},
): Followed {
  const positions: number[] = [];
  const resets: string[] = [];
  let listening = false;
  const { listener, after, ...rest } = options;
  const tail = new FeedTail({
    pool: tailPool,
    dictionary: new SeriesDictionary(),
    logger: pino({ level: 'silent' }),
    onListening: (is) => (listening = is),
    ...rest,
    listener: {
      rows: async (rows) => {
        positions.push(...rows.map(({ position }: FeedRow) => position));
        await listener?.rows?.(rows);
      },
      reset: async (reason) => {
        resets.push(reason);
        return (await listener?.reset?.(reason)) ?? 0;
      },
    },
  });
  const stop = new AbortController();
  const ended = tail.run(after ?? 0, stop.signal);
  return {
    positions,
    resets,
    get listening() {
      return listening;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await ended;
    },
  };
}

const EMPTY = JSON.stringify({
  inserted: { series: [], ts: [], context: [], value: [], transaction: [], quality: [] },
});

async function append(times = 1): Promise<void> {
  for (let n = 0; n < times; n++) await pool.query(`select feed_append('readings', $1)`, [EMPTY]);
}

const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

/** Ends the connection that listens, and resolves with its process: one that was not cut before. */
const cutListener = (before: readonly number[]) =>
  until('the connection that listens is cut', async () => {
    const { rows } = await pool.query<{ pid: number }>(
      `select pid, pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'tail' and datname = current_database() and query like 'listen%' and pid <> all($1)`,
      [before],
    );
    return rows[0]?.pid;
  });

describe('a tail of the feed', () => {
  it('hands over what follows its position, then what is committed, woken by notifications alone', async () => {
    await append(3);
    await using tail = follow({ after: 1, pollEveryMs: NEVER, pollEveryDeafMs: NEVER });
    await until('what was there is handed over', () => tail.positions.length === 2 && tail.listening);
    await append(2);
    await until('the rest is', () => tail.positions.length === 4);
    expect(tail.positions).toEqual([2, 3, 4, 5]);
  });

  it('looks by itself where no notification comes', async () => {
    await using tail = follow({ pollEveryMs: 20 });
    await until('it listens', () => tail.listening);
    await pool.query(
      `insert into feed (position, committed_at, segment, kind, payload) values (1, now(), 0, 'readings', $1)`,
      [EMPTY],
    );
    await until('the row is handed over', () => tail.positions.length === 1);
  });

  it('misses nothing and repeats nothing while its listening connection is cut, again and again', async () => {
    await using tail = follow({ pollEveryMs: NEVER });
    const cut: number[] = [];
    for (let round = 0; round < 5; round++) {
      await until('it listens', () => tail.listening);
      cut.push(await cutListener(cut));
      await append(20);
      await until('all is handed over', () => tail.positions.length >= (round + 1) * 20);
    }
    expect(tail.positions).toEqual(upTo(100));
    expect(tail.resets).toEqual([]);
  });

  it('misses nothing and repeats nothing when all of its connections are reset', async () => {
    await using tail = follow();
    for (let round = 0; round < 5; round++) {
      const written = append(30);
      await until('some of it came', () => tail.positions.length > round * 30);
      proxy.drop();
      await written;
      await until('all is handed over', () => tail.positions.length >= (round + 1) * 30);
    }
    expect(tail.positions).toEqual(upTo(150));
  });

  it('goes on when a network that swallowed everything comes back', async () => {
    await using tail = follow();
    await append(5);
    await until('it is under way', () => tail.positions.length === 5 && tail.listening);
    proxy.pause();
    await append(50);
    proxy.resume();
    await until('all is handed over', () => tail.positions.length === 55);
    expect(tail.positions).toEqual(upTo(55));
  });

  it('starts while the database can not be reached', async () => {
    proxy.pause();
    proxy.drop();
    await append(2);
    await using tail = follow();
    proxy.resume();
    await until('all is handed over', () => tail.positions.length === 2);
  });

  it('hands over nothing more while the listener is busy', async () => {
    await append(300);
    let release: () => void = () => undefined;
    await using tail = follow({
      listener: { rows: () => new Promise<void>((resolve) => (release = resolve)) },
    });
    await until('the first page is handed over', () => tail.positions.length > 0);
    const first = tail.positions.length;
    await append(10);
    // Notifications and a whole round of the server: it would have come.
    await until('it has heard of the others', () => tail.listening);
    await pool.query('select 1');
    expect(tail.positions.length).toBe(first);
    release();
    await until('the second page is handed over', () => {
      release();
      return tail.positions.length === 310;
    });
    expect(tail.positions).toEqual(upTo(310));
    release();
  });

  it('says that what follows was cleaned away, and goes on where it is told', async () => {
    await append(10);
    await pool.query('delete from feed where position <= 6');
    await using tail = follow({ after: 2, listener: { reset: () => Promise.resolve(8) } });
    await until('it goes on', () => tail.positions.length === 2);
    expect(tail.resets).toEqual(['expired']);
    expect(tail.positions).toEqual([9, 10]);
  });

  it.each([
    ['shorter than it was', 'delete from feed where position > 3'],
    [
      'of other rows',
      `delete from feed where position > 3; select feed_append('readings', '${EMPTY}') from generate_series(1, 4)`,
    ],
  ])('says that the feed is another one: restored, %s', async (_, restore) => {
    await append(5);
    await using tail = follow({ pollEveryMs: 20, listener: { reset: () => Promise.resolve(3) } });
    await until('it is at the head', () => tail.positions.length === 5);
    await pool.query(restore);
    await append(1);
    await until('it goes on', () => tail.positions.length > 5);
    expect(tail.resets[0]).toBe('unknown');
    expect(tail.positions.slice(0, 6)).toEqual([1, 2, 3, 4, 5, 4]);
  });

  it('asks again where to go on when the listener could not say', async () => {
    await append(5);
    let asked = 0;
    const reset = () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('the database is away')) : Promise.resolve(4);
    };
    await using tail = follow({ after: 9, listener: { reset } });
    await until('it goes on', () => tail.positions.length === 1);
    expect(tail.resets).toEqual(['unknown', 'unknown']);
  });
});
