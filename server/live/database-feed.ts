import type { Logger } from 'pino';
import { changesOfRow } from '../../store/feed/changes-of-row.js';
import type { FeedRow } from '../../store/feed/feed-row.js';
import { preparedQuery } from '../../store/feed/prepared-query.js';
import { readFeed } from '../../store/feed/read-feed.js';
import { readFeedHead } from '../../store/feed/read-feed-head.js';
import { readLiveSnapshot } from '../../store/feed/read-live-snapshot.js';
import { readSites } from '../../store/feed/read-sites.js';
import { SeriesDictionary } from '../../store/feed/series-dictionary.js';
import type { Pool } from '../../store/pool.js';
import { ReadDatabase, type Query } from '../../store/read/read-database.js';
import type { Audience } from './audience.js';
import type { FeedFollower, FeedPage, FeedSource, RegistrySites, SnapshotPage } from './feed-source.js';
import { FeedTail } from './feed-tail.js';
import type { FeedChanges } from './live-row.js';

export interface DatabaseFeedOptions {
  /** Of the primary. */
  readonly pool: Pool;
  /** A longer query of a snapshot is cancelled, ms. */
  readonly statementTimeoutMs: number;
  readonly logger: Logger;
}

/** The feed, and what it is the change of, in PostgreSQL. */
export class DatabaseFeed implements FeedSource {
  private readonly query: Query;
  private readonly database: ReadDatabase;
  private readonly dictionary = new SeriesDictionary();

  constructor(private readonly options: DatabaseFeedOptions) {
    this.query = preparedQuery(options.pool);
    this.database = new ReadDatabase(options.pool, options).onPrimary();
  }

  async read(after: number, limit: number): Promise<FeedPage> {
    const read = await readFeed(this.query, after, limit);
    if (read.kind !== 'rows') return read;
    await this.dictionary.load(this.query, read.rows);
    return { kind: 'rows', rows: this.changesOf(read.rows) };
  }

  readSites(): Promise<RegistrySites> {
    return this.database.read(async (query) => ({
      position: await readFeedHead(query),
      sites: await readSites(query),
    }));
  }

  async *snapshot(audience: Audience, signal: AbortSignal): AsyncGenerator<SnapshotPage> {
    const question = { filter: filterOf(audience), sites: null };
    const pages = async function* (query: Query): AsyncGenerator<readonly SnapshotPage[]> {
      const position = await readFeedHead(query);
      // One page is kept back: only then it is known which one is the last.
      let items: SnapshotPage['items'] = [];
      for await (const more of readLiveSnapshot(query, question)) {
        if (more.length === 0) continue;
        if (items.length > 0) yield [{ position, items, isLast: false }];
        items = more;
      }
      yield [{ position, items, isLast: true }];
    };
    for await (const page of this.database.walk(pages, signal)) yield* page;
  }

  async follow(after: number, follower: FeedFollower, signal: AbortSignal): Promise<void> {
    const tail = new FeedTail({
      pool: this.options.pool,
      dictionary: this.dictionary,
      logger: this.options.logger,
      listener: {
        rows: (rows) => follower.rows(this.changesOf(rows)),
        reset: (reason) => follower.reset(reason),
      },
    });
    await tail.run(after, signal);
  }

  async checkReady(): Promise<void> {
    await this.database.ping();
  }

  private changesOf(rows: readonly FeedRow[]): FeedChanges[] {
    return rows.map((row) => ({
      position: row.position,
      committedAtMs: row.committedAtMs,
      changes: changesOfRow(row, this.dictionary),
    }));
  }
}

function filterOf({ chargePointIds, sites, measurands, kinds }: Audience) {
  return {
    ...(chargePointIds === null ? {} : { chargePointIds: [...chargePointIds] }),
    ...(sites === null ? {} : { sites: [...sites] }),
    ...(measurands === null ? {} : { measurands: [...measurands] }),
    kinds: [...kinds],
  };
}
