import {
  quarantineCursor,
  type QuarantineCursor,
  type QuarantinedPartParams,
  type QuarantineQuery,
  type QuarantineReasonsQuery,
} from '../routes/query/quarantine-query.js';
import { readQuarantineReasons } from '../store/read/quarantine-reasons.js';
import {
  QUARANTINE_STATUSES,
  readQuarantine,
  type QuarantinedPart,
  type QuarantineFilter,
} from '../store/read/quarantine.js';
import { readQuarantinedPart } from '../store/read/quarantined-part.js';
import type { Principal } from '../server/access/access.js';
import type { Query, ReadDatabase } from '../store/read/read-database.js';
import { visibleChargePoints } from '../store/read/visible-charge-points.js';
import { ok, refused, type Answer } from './answer.js';
import { answerList } from './list.js';
import { presentRaw } from './present-raw.js';
import { problem } from './problem.js';
import { sitesOf } from './sites-of.js';

/** Of each raw text; a page of 1,000 stays below 8 MiB. */
export const MAX_RAW_BYTES = 8_192;
/** So that a page of an export stays below 2 MiB. */
const EXPORT_PAGE_ROWS = 250;

const COLUMNS = [
  'id',
  'status',
  'reason',
  'detail',
  'chargePointId',
  'protocol',
  'messageId',
  'path',
  'raw',
  'rawEncoding',
  'rawBytes',
  'rawKind',
  'truncated',
  'receivedAt',
  'redrivenAt',
  'resolvedAt',
  'source.topic',
  'source.partition',
  'source.offset',
];

export function quarantineController(database: ReadDatabase) {
  return {
    ...answerList<QuarantineQuery, QuarantinedPart, QuarantineCursor>(database, {
      columns: COLUMNS,
      exportPageRows: EXPORT_PAGE_ROWS,
      read: async (run, query, { sites, after, limit }) =>
        readQuarantine(run, {
          ...(await filterOf(run, query, sites)),
          before: after && { receivedAtMs: after[0], id: after[1] },
          limit,
          maxRawBytes: MAX_RAW_BYTES,
        }),
      present: presentPart,
      keyOf: ({ receivedAt, id }) => [receivedAt.getTime(), id],
      cursorOf: quarantineCursor,
    }),

    reasons: async ({
      principal,
      query,
    }: {
      principal: Principal;
      query: QuarantineReasonsQuery;
    }): Promise<Answer> => {
      const counts = await database.read(async (run) =>
        readQuarantineReasons(run, await filterOf(run, query, sitesOf(principal))),
      );
      const items = counts.map(({ reason, count, oldest, newest }) => ({
        reason,
        count,
        oldestReceivedAt: oldest.toISOString(),
        newestReceivedAt: newest.toISOString(),
      }));
      return ok({ items, nextCursor: null });
    },

    show: async ({
      principal,
      params,
    }: {
      principal: Principal;
      params: QuarantinedPartParams;
    }): Promise<Answer> => {
      const part = await database.read((run) => readQuarantinedPart(run, params.id, sitesOf(principal)));
      return part === undefined ? unknownPart() : ok(presentPart(part));
    },
  };
}

export function unknownPart(): Answer {
  return refused(problem('not-found', 'There is no quarantined part with this id.'));
}

async function filterOf(
  run: Query,
  query: QuarantineReasonsQuery,
  sites: readonly string[] | null,
): Promise<QuarantineFilter> {
  return {
    ...(await visibleChargePoints(run, query.chargePointId, sites)),
    statuses: query.status === 'all' ? QUARANTINE_STATUSES : [query.status],
    reason: query.reason,
    fromMs: query.from,
    toMs: query.to,
  };
}

function presentPart(part: QuarantinedPart) {
  return {
    id: part.id,
    status: part.status,
    reason: part.reason,
    detail: part.detail,
    chargePointId: part.chargePointId,
    protocol: part.protocol,
    messageId: part.messageId,
    path: part.path,
    ...presentRaw(part.raw, part.rawBytes),
    rawKind: part.rawKind,
    receivedAt: part.receivedAt.toISOString(),
    redrivenAt: part.redrivenAt?.toISOString() ?? null,
    resolvedAt: part.resolvedAt?.toISOString() ?? null,
    source: { topic: part.topic, partition: part.partition, offset: part.offset },
  };
}
