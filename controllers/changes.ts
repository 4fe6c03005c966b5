import {
  compareChangeIds,
  formatChangeId,
  parseChangeId,
  type ChangeId,
} from '../protocol/live/change-id.js';
import type { Change } from '../protocol/live/change.js';
import type { ChangesQuery } from '../routes/query/changes-query.js';
import type { Principal } from '../server/access/access.js';
import { changesOfRow } from '../store/feed/changes-of-row.js';
import { readFeed } from '../store/feed/read-feed.js';
import { readFeedHead } from '../store/feed/read-feed-head.js';
import { SeriesDictionary } from '../store/feed/series-dictionary.js';
import type { Query, ReadDatabase } from '../store/read/read-database.js';
import { readSitesOf } from '../store/read/sites-of-charge-points.js';
import { ok, refused, type Answer } from './answer.js';
import { problem } from './problem.js';
import { visibleChange } from './visible-change.js';

/** Series that the API knows by heart: more than those of the largest row, twice. */
const DICTIONARY_SIZE = 400_000;

/** @param database must be the primary: a cursor may be newer than a replica. */
export function changesController(database: ReadDatabase) {
  let dictionary = new SeriesDictionary(DICTIONARY_SIZE);
  return {
    list: ({ principal, query }: { principal: Principal; query: ChangesQuery }): Promise<Answer> =>
      database.read(async (run) => {
        const { cursor, limit } = query;
        if (cursor === undefined)
          return changesPage([], { position: await readFeedHead(run), index: Infinity });
        const read = await readFeed(run, rowBefore(cursor), limit);
        if (read.kind === 'unknown') {
          // A restored database: ids may stand for others now.
          dictionary = new SeriesDictionary(DICTIONARY_SIZE);
          return gone(
            'The cursor is newer than the change feed, which was restored from a backup, or made anew.',
          );
        }
        if (read.kind === 'expired') return gone('What followed the cursor has been cleaned away.');
        await dictionary.load(run, read.rows);
        const changes = read.rows.flatMap((row) => changesOfRow(row, dictionary));
        return pageOf(run, changes, { cursor, limit, principal });
      }),
  };
}

interface Asked {
  readonly cursor: ChangeId;
  readonly limit: number;
  readonly principal: Principal;
}

async function pageOf(
  run: Query,
  changes: readonly Change[],
  { cursor, limit, principal }: Asked,
): Promise<Answer> {
  const following = changes.filter(({ changeId }) => compareChangeIds(idOf(changeId), cursor) > 0);
  const looked = following.slice(0, limit);
  const sites =
    principal.sites === null ? new Map<string, string>() : await readSitesOf(run, chargePointsOf(looked));
  const visible = looked.flatMap((change) => visibleChange(change, principal, (id) => sites.get(id)) ?? []);
  const last = looked.at(-1);
  if (last === undefined) return changesPage([], cursor);
  const next = following[limit];
  const reached = idOf(last.changeId);
  // Told all of a row, so that it may be cleaned away without making the cursor expire.
  const isWhole = next === undefined || idOf(next.changeId).position !== reached.position;
  return changesPage(visible, isWhole ? { ...reached, index: Infinity } : reached);
}

function changesPage(items: readonly Change[], next: ChangeId): Answer {
  return ok({ items, nextCursor: formatChangeId(next) });
}

function gone(detail: string): Answer {
  return refused(
    problem('cursor-expired', `${detail} Read what is there now, and go on after its \`changeId\`.`),
  );
}

/** Where reading begins: a row that was told in part is read again. */
function rowBefore({ position, index }: ChangeId): number {
  return index === Infinity || position === 0 ? position : position - 1;
}

function idOf(text: string): ChangeId {
  const id = parseChangeId(text);
  if (id === null) throw new Error(`${text} is no id of a change`);
  return id;
}

function chargePointsOf(changes: readonly Change[]): string[] {
  const ids = changes.flatMap((change) => {
    if (change.kind !== 'reading') return [];
    return change.type === 'UPDATE' ? change.newData.chargePointId : change.data.chargePointId;
  });
  return [...new Set(ids)];
}
