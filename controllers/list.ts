import type { ExportQuery } from '../routes/query/export-query.js';
import type { Principal } from '../server/access/access.js';
import { readFeedHead } from '../store/feed/read-feed-head.js';
import type { Query, ReadDatabase } from '../store/read/read-database.js';
import { livePage, page, type Answer } from './answer.js';
import { keysetPages } from './keyset-pages.js';
import type { RowStream } from './row-stream.js';
import { sitesOf } from './sites-of.js';

/** Rows of a page of an export: a few hundred kilobytes. */
export const EXPORT_PAGE_ROWS = 1_000;

/** A list with a keyset: what is the same for a page of it as JSON and all of it as CSV or NDJSON. */
export interface List<Asked, Row, Key> {
  /** Of CSV. */
  readonly columns: readonly string[];
  /** Default {@link EXPORT_PAGE_ROWS}; less where rows are large. */
  readonly exportPageRows?: number;
  /** Whether pages tell the `changeId` that their changes can be followed from. Default false. */
  readonly isLive?: boolean;
  /** Rows of `sites` alone; null: of all. */
  read(run: Query, query: Asked, part: ListPart<Key>): Promise<readonly Row[]>;
  present(row: Row): Readonly<Record<string, unknown>>;
  keyOf(row: Row): Key;
  cursorOf(key: Key): string;
}

export interface ListPart<Key> {
  readonly sites: readonly string[] | null;
  /** undefined: from the first row. */
  readonly after: Key | undefined;
  readonly limit: number;
}

interface Paged<Key> {
  readonly limit: number;
  readonly cursor?: Key | undefined;
}

/** Who asks for a list, and for what of it. */
export interface ListRequest<Asked> {
  readonly principal: Principal;
  readonly query: Asked;
}

/** The answers of a list. */
export function answerList<Asked, Row, Key>(database: ReadDatabase, list: List<Asked, Row, Key>) {
  const { columns, exportPageRows = EXPORT_PAGE_ROWS } = list;
  return {
    list: async ({ principal, query }: ListRequest<Asked & Paged<Key>>): Promise<Answer> => {
      const { limit, cursor } = query;
      const sites = sitesOf(principal);
      const present = (row: Row) => list.present(row);
      const cursorOf = (row: Row) => list.cursorOf(list.keyOf(row));
      return database.read(async (run) => {
        const rows = await list.read(run, query, { sites, after: cursor, limit: limit + 1 });
        return list.isLive === true
          ? livePage(rows, limit, present, cursorOf, await readFeedHead(run))
          : page(rows, limit, present, cursorOf);
      });
    },

    stream: ({ principal, query }: ListRequest<ExportQuery<Asked & Paged<Key>>>): RowStream =>
      rowStream(database, columns, (run) =>
        presented(
          keysetPages<Row, Key>({
            read: (after, limit) =>
              list.read(run, query as unknown as Asked, { sites: sitesOf(principal), after, limit }),
            keyOf: (row) => list.keyOf(row),
            after: query.cursor,
            limit: query.limit,
            pageRows: exportPageRows,
          }),
          (row) => list.present(row),
        ),
      ),
  };
}

type Presented = Readonly<Record<string, unknown>>;

/** Pages that are read in one snapshot. */
export function rowStream(
  database: ReadDatabase,
  columns: readonly string[],
  pages: (run: Query) => AsyncIterable<readonly Presented[]>,
): RowStream {
  return { columns, pages: (signal) => database.walk(pages, signal) };
}

export async function* presented<Row>(
  pages: AsyncIterable<readonly Row[]>,
  present: (row: Row) => Presented,
): AsyncGenerator<readonly Presented[]> {
  for await (const rows of pages) yield rows.map(present);
}
