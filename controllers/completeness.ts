import type { ChargePointParams } from '../routes/query/charge-points-query.js';
import {
  completenessCursor,
  type CompletenessQuery,
  type SeriesCompletenessQuery,
} from '../routes/query/completeness-query.js';
import type { Principal } from '../server/access/access.js';
import { readChargePoint } from '../store/read/charge-point.js';
import {
  readRejected,
  readSampledSpans,
  readSessionSpans,
  type SampledSpan,
  type SessionSpan,
} from '../store/read/completeness-gaps.js';
import {
  COMPLETENESS_PLAN,
  readCompleteness,
  readSeriesCompleteness,
  type ChargePointCompleteness,
  type SeriesCompleteness,
} from '../store/read/completeness.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import { ok, refused, type Answer } from './answer.js';
import { findGaps, type Gap } from './find-gaps.js';
import { answerList } from './list.js';
import { problem } from './problem.js';
import { sitesOf } from './sites-of.js';

const COLUMNS = [
  'chargePointId',
  'site',
  'series',
  'expected',
  'present',
  'missing',
  'late',
  'rejected',
  'completeness',
];
/** Rows are small, and a statement has to be planned. */
const EXPORT_PAGE_ROWS = 5_000;
const MAX_GAPS = 1_000;

/** @param now ms since 1970; default `Date.now`. */
export function completenessController(database: ReadDatabase, now: () => number = Date.now) {
  return {
    ...answerList<CompletenessQuery, ChargePointCompleteness, [string]>(database, {
      columns: COLUMNS,
      exportPageRows: EXPORT_PAGE_ROWS,
      read: async (run, { from, to, chargePointId, site }, { sites, after, limit }) => {
        await run(COMPLETENESS_PLAN);
        return readCompleteness(run, {
          chargePointIds: chargePointId,
          site,
          sites,
          range: { fromMs: from, toMs: to },
          nowMs: now(),
          after: after?.[0],
          limit,
        });
      },
      present: (row) => ({ ...row, completeness: shareOf(row) }),
      keyOf: ({ chargePointId }) => [chargePointId],
      cursorOf: ([id]) => completenessCursor(id),
    }),

    show: async ({
      principal,
      params: { id },
      query: { from: fromMs, to: toMs },
    }: {
      principal: Principal;
      params: ChargePointParams;
      query: SeriesCompletenessQuery;
    }): Promise<Answer> => {
      const nowMs = now();
      const range = { fromMs, toMs };
      const question = {
        ...{ chargePointIds: [id], site: undefined, sites: sitesOf(principal) },
        ...{ range, nowMs, after: undefined, limit: 1 },
      };
      return database.read(async (run) => {
        const chargePoint = await readChargePoint(run, id, question.sites);
        if (chargePoint === undefined) {
          return refused(problem('not-found', 'The registry has no charge point with this id.'));
        }
        await run(COMPLETENESS_PLAN);
        const series = await readSeriesCompleteness(run, question);
        const ids = series.map(({ seriesId }) => seriesId);
        const sampled = bySeries(await readSampledSpans(run, ids, range));
        const sessions = await readSessionSpans(run, id, { fromMs, toMs: Math.min(toMs, nowMs) }, nowMs);
        return ok({
          chargePointId: id,
          from: new Date(fromMs).toISOString(),
          to: new Date(toMs).toISOString(),
          rejected: await readRejected(run, id, range),
          series: series.map((each) =>
            presentSeries(
              each,
              gapsOf(each, sessions, sampled.get(each.seriesId) ?? [], Math.min(toMs, nowMs)),
            ),
          ),
        });
      });
    },
  };
}

function bySeries(spans: readonly SampledSpan[]): ReadonlyMap<number, SampledSpan[]> {
  const found = new Map<number, SampledSpan[]>();
  for (const span of spans) {
    const known = found.get(span.seriesId);
    if (known === undefined) found.set(span.seriesId, [span]);
    else known.push(span);
  }
  return found;
}

/** @param toMs end of what can be expected. */
function gapsOf(
  { cadenceMs, fromMs, always, evseId, connectorId }: SeriesCompleteness,
  sessions: readonly SessionSpan[],
  sampled: readonly { readonly firstMs: number; readonly lastMs: number }[],
  toMs: number,
): Gap[] {
  if (cadenceMs === null || fromMs === null || fromMs >= toMs) return [];
  const expected = always
    ? [{ fromMs, toMs }]
    : sessions.filter((each) => each.evseId === evseId && each.connectorId === connectorId);
  return findGaps(expected, sampled, cadenceMs);
}

function presentSeries(series: SeriesCompleteness, gaps: readonly Gap[]) {
  const { evseId, connectorId, measurand, phase, location, unit, cadenceMs, isOfRegistry, always } = series;
  const { expected, present, missing, late } = series;
  return {
    ...{ evseId, connectorId, measurand, phase, location, unit },
    cadenceSeconds: cadenceMs === null ? null : cadenceMs / 1_000,
    cadenceSource: cadenceMs === null ? null : isOfRegistry ? 'registry' : 'inferred',
    ...{ always, expected, present, missing, late },
    completeness: shareOf(series),
    gaps: gaps.slice(0, MAX_GAPS).map((gap) => ({
      from: new Date(gap.fromMs).toISOString(),
      to: new Date(gap.toMs).toISOString(),
      missing: gap.missing,
    })),
  };
}

/** To four digits, and never 1 where anything is missing. */
function shareOf({
  present,
  expected,
}: {
  readonly present: number;
  readonly expected: number;
}): number | null {
  return expected === 0 ? null : Math.floor((present / expected) * 10_000) / 10_000;
}
