import {
  soughtSample,
  type ChargersAllQuery,
  type ChargersRecordQuery,
} from '../routes/query/chargers-query.js';
import type { Principal } from '../server/access/access.js';
import { readContextId } from '../store/read/context-id.js';
import type { SampleFilter } from '../store/read/message-keys.js';
import { readMessageSamples } from '../store/read/message-samples.js';
import type { Query, ReadDatabase } from '../store/read/read-database.js';
import { readStoredRange } from '../store/read/stored-range.js';
import { walkMessages } from '../store/read/walk-messages.js';
import { ok, refused, type Answer } from './answer.js';
import { presentMessage } from './present-message.js';
import { invalidParameters } from './problem.js';
import { MAX_WINDOW_DAYS, readingsWindow } from './readings-window.js';
import { sitesOf } from './sites-of.js';

/** A search among all values is one of a week, unless another time is given. */
const RECORD_WINDOW_MS = 7 * 86_400_000;
const ANY_SAMPLE: SampleFilter = { measurand: null, unit: null, contextId: null, value: null };

interface Search {
  readonly page: number;
  readonly limit: number;
  readonly chargePointIds?: readonly string[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Only of charge points of these; null: of all. */
  readonly sites: readonly string[] | null;
}

/** The earlier API: messages by page number, rebuilt from readings. */
export function chargersController(database: ReadDatabase) {
  return {
    all: ({ principal, query }: { principal: Principal; query: ChargersAllQuery }): Promise<Answer> =>
      database.read((run) => search(run, { ...query, sites: sitesOf(principal) }, ANY_SAMPLE, undefined)),

    record: ({ principal, query }: { principal: Principal; query: ChargersRecordQuery }): Promise<Answer> =>
      database.read(async (run) => {
        const { measurand = null, context } = query;
        const contextId = context === undefined ? null : await readContextId(run, context);
        if (contextId === undefined) return answer(query, [], 0);
        const asked = { ...query, sites: sitesOf(principal) };
        return search(run, asked, { measurand, contextId, ...soughtSample(query) }, RECORD_WINDOW_MS);
      }),
  };
}

async function search(
  run: Query,
  query: Search,
  filter: SampleFilter,
  standardWindowMs: number | undefined,
): Promise<Answer> {
  const { page, limit } = query;
  const range = await readStoredRange(run);
  const lastMs = range.last?.getTime();
  const endMs = Math.min(query.to ?? Infinity, (lastMs ?? 0) + 1);
  const standardFromMs = standardWindowMs === undefined ? undefined : endMs - standardWindowMs;
  const window = readingsWindow(
    { fromMs: query.from ?? standardFromMs, toMs: query.to },
    { firstMs: range.first?.getTime(), lastMs },
  );
  if (window.kind === 'empty') return answer(query, [], 0);
  if (window.kind === 'tooLong') {
    return narrow(
      `span ${window.days} days of readings, at most ${MAX_WINDOW_DAYS} are read at once: ask in parts`,
    );
  }
  const skip = (page - 1) * limit;
  const { keys, found, end } = await walkMessages(run, {
    chargePointIds: query.chargePointIds,
    sites: query.sites,
    fromMs: window.fromMs,
    toMs: window.toMs,
    filter,
    skip,
    take: limit,
  });
  if (end === 'work' && found < skip + limit) {
    return narrow(
      'hold more readings than one request looks at: ask in parts, or use GET /v1/readings with a cursor',
    );
  }
  const totalPages = end === 'all' ? Math.ceil(found / limit) : Math.floor(found / limit);
  const samples = await readMessageSamples(run, keys);
  return answer(
    query,
    keys.map((key, at) => presentMessage(key, samples[at] ?? [])),
    totalPages,
  );
}

function answer(
  query: Pick<Search, 'page'>,
  chargers: ReturnType<typeof presentMessage>[],
  totalPages: number,
): Answer {
  return ok({ totalPages, currentPage: query.page, chargers });
}

function narrow(why: string): Answer {
  return refused(invalidParameters([{ parameter: 'from', message: `from and to ${why}` }]));
}
