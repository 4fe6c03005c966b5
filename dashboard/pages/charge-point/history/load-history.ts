import type { LiveReading } from '../../../../protocol/live/change.js';
import { intervalEnd, intervalStart, wholeIntervals } from '../../../charts/interval-edges.js';
import { chooseResolution, type Interval, type Resolution } from '../../../charts/resolution.js';
import { MINUTE_MS, type TimeRange } from '../../../charts/time-range.js';
import type { Aggregate } from '../answers.js';
import { History } from './history.js';
import type { readPages } from './read-pages.js';

export interface HistoryQuestion {
  readonly chargePointId: string;
  readonly measurand: string;
  /** What is loaded: what is seen, and some more on both sides. */
  readonly range: TimeRange;
  /** ms since 1970 UTC. */
  readonly now: number;
  /** Of the IANA database: whose hours and days. */
  readonly timezone: string;
}

export interface LoadedHistory {
  readonly history: History;
  /** There are more readings than can be shown one by one. */
  readonly tooMany: boolean;
}

type Read = typeof readPages;

/** 20,000 single readings, and as many aggregates: more can't be told apart on a screen. */
const MAX_PAGES = 20;
/** Aggregates follow readings within seconds; what is older than this is surely told by them. */
const SETTLED_MS = 2 * MINUTE_MS;

/**
 * Reads what a chart shows: single readings when `visible` is short, else aggregates as fine as the width allows; aggregates
 * too where there are too many readings. Rejects as `request` does.
 */
export async function loadHistory(
  question: HistoryQuestion,
  visible: TimeRange,
  widthPx: number,
  read: Read,
  signal: AbortSignal,
): Promise<LoadedHistory> {
  const best = chooseResolution(visible, widthPx);
  if (best === 'raw') {
    const history = await loadReadings(question, read, signal);
    if (history !== null) return { history, tooMany: false };
  }
  const resolution = best === 'raw' ? chooseResolution(visible, widthPx, true) : best;
  const history = await loadAggregates(question, resolution === 'raw' ? '15m' : resolution, read, signal);
  return { history, tooMany: best === 'raw' };
}

/** null: there are too many. */
async function loadReadings(
  { chargePointId, measurand, range, now }: HistoryQuestion,
  read: Read,
  signal: AbortSignal,
): Promise<History | null> {
  const query = { chargePointId, measurand, ...isoRange(range) };
  const { items, isWhole } = await read<LiveReading>('v1/readings', query, MAX_PAGES, signal);
  if (!isWhole) return null;
  const history = new History(measurand, 'raw', range, range.from, range.to >= now);
  for (const reading of items) history.addReading(reading);
  return history;
}

/**
 * Whole intervals first; the one that is under way by quarters of an hour, as far as they are settled; then single readings,
 * which live ones continue.
 */
async function loadAggregates(
  { chargePointId, measurand, range: asked, now, timezone }: HistoryQuestion,
  interval: Exclude<Resolution, 'raw'>,
  read: Read,
  signal: AbortSignal,
): Promise<History> {
  const range = wholeIntervals(interval, asked);
  const settled = intervalStart('15m', now - SETTLED_MS);
  const isOpen = range.to > settled;
  const start = isOpen ? Math.max(range.from, settled) : range.to;
  const recent = isOpen ? await recentReadings({ chargePointId, measurand, from: start }, read, signal) : [];
  // Too many to be folded here: then aggregates tell the quarter that is under way, too, and live readings those after it.
  const edge = recent === null ? intervalEnd('15m', now) : start;
  const underWay = Math.max(range.from, intervalStart(interval, edge));
  const aggregates = async (of: Interval, from: number, to: number) => {
    if (from >= to) return [];
    const query = {
      chargePointId,
      measurand,
      interval: of,
      timezone,
      groupBy: 'series',
      ...isoRange({ from, to }),
    };
    const { items, isWhole } = await read<Aggregate>('v1/aggregates', query, MAX_PAGES, signal);
    if (!isWhole)
      throw new Error('It has too many series of this measurand to show them at once. Come nearer.');
    return items;
  };
  const [whole, quarters] = await Promise.all([
    aggregates(interval, range.from, underWay),
    aggregates('15m', underWay, edge),
  ]);
  const history = new History(measurand, interval, range, edge, isOpen);
  for (const aggregate of whole) history.addAggregate(aggregate);
  for (const aggregate of quarters) history.addAggregate(aggregate);
  for (const reading of recent ?? []) history.addReading(reading);
  return history;
}

/** null: there are too many. */
async function recentReadings(
  { from, ...query }: { readonly chargePointId: string; readonly measurand: string; readonly from: number },
  read: Read,
  signal: AbortSignal,
): Promise<readonly LiveReading[] | null> {
  const since = { ...query, from: new Date(from).toISOString() };
  const { items, isWhole } = await read<LiveReading>('v1/readings', since, MAX_PAGES, signal);
  return isWhole ? items : null;
}

function isoRange({ from, to }: TimeRange): { readonly from: string; readonly to: string } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
