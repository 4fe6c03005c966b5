import type { GroupKey, SeriesGroup } from '../store/read/rollup-groups.js';
import { rollupRuns, rowsOfRuns, type Run } from '../store/read/rollup-runs.js';

/** The place of an item in a list of groups and their intervals. */
export interface GroupPosition {
  readonly key: GroupKey;
  /** Begin of the interval, ms. */
  readonly startMs: number;
}

/** What a statement gives of an interval of a group. */
export interface Cell {
  /** Of the groups that were asked for, from 0. */
  readonly group: number;
  /** Of the intervals that were asked for, from 0. */
  readonly at: number;
}

/** A figure with its group and interval named. */
export interface GroupItem<Figures> extends GroupPosition {
  readonly endMs: number;
  readonly figures: Figures;
}

export interface WalkPace {
  /** Rows that the first statement may look at, and the largest one. A single interval of a single group may be more. */
  readonly firstRows: number;
  readonly maxRows: number;
  /** Groups that are looked up at once, at least. */
  readonly minGroups: number;
}

/** Groups below charge points: finding the next ones costs nothing, and each has a handful of series. */
export const PACE_OF_CHARGE_POINTS: WalkPace = { firstRows: 5_000, maxRows: 100_000, minGroups: 1 };
/** Groups above them are found by looking at all series, of which each may have most. */
export const PACE_OF_SITES: WalkPace = { firstRows: 200_000, maxRows: 2_000_000, minGroups: 1_000 };

export interface GroupWalk<Figures extends Cell> {
  readonly edges: readonly number[];
  /** Where rows are. */
  readonly data: Run;
  readonly after: GroupPosition | undefined;
  readonly pace: WalkPace;
  /** Items in all; undefined: to the end. */
  readonly limit: number | undefined;
  /** Groups in the order of their keys. */
  groups(
    from: { readonly key: GroupKey; readonly included: boolean } | undefined,
    limit: number,
  ): Promise<readonly SeriesGroup[]>;
  /** In the order (group, interval). */
  read(groups: readonly SeriesGroup[], edges: readonly number[], limit: number): Promise<readonly Figures[]>;
}

/** What one statement gave. */
export interface WalkStep<Figures> {
  readonly items: readonly GroupItem<Figures>[];
  /** The walk went on to here, whether there were items or not. */
  readonly reached: GroupPosition;
  /** Rows that were looked at, at most. */
  readonly rows: number;
}

/** Items that are held in memory at once. */
const MAX_ITEMS = 2_000;
const MAX_GROUPS = 1_000;
const GROWTH = 4;

/**
 * Passes groups and their intervals in order. It begins with few rows and takes more with each step that isn't full, so that
 * neither a group of a hundred thousand intervals nor as many groups of one cost more than the page that is asked for.
 */
export async function* walkGroups<Figures extends Cell>(
  walk: GroupWalk<Figures>,
): AsyncGenerator<WalkStep<Figures>> {
  const { edges, data, pace } = walk;
  const intervals = edges.length - 1;
  if (intervals < 1) return;
  const rowsOfAll = Math.max(rowsOfRuns(rollupRuns(edges, data)), 1);
  let from = walk.after && { key: walk.after.key, included: true };
  let queue: readonly SeriesGroup[] = [];
  let isLast = false;
  /** Interval that the first group of the queue goes on with. */
  let first = 0;
  let budget = pace.firstRows;
  let left = walk.limit ?? Infinity;
  while (left > 0) {
    if (queue.length === 0) {
      if (isLast) return;
      const size = Math.min(Math.max(Math.floor(budget / rowsOfAll), pace.minGroups), MAX_GROUPS);
      queue = await walk.groups(from, size);
      isLast = queue.length < size;
      const [head] = queue;
      if (head === undefined) return;
      first = walk.after !== undefined && isSame(head.key, walk.after.key) ? passed(edges, walk.after) : 0;
      from = { key: queue.at(-1)?.key ?? head.key, included: false };
    }
    const step = nextStep(queue, { first, intervals, rowsOfAll, budget });
    const slice = edges.slice(step.first, step.end + 1);
    const limit = Math.min(left, MAX_ITEMS);
    const cells = slice.length < 2 ? [] : await walk.read(step.groups, slice, limit);
    const items = cells.map((figures) => itemOf(figures, step.groups, slice));
    const isFull = cells.length === limit;
    const end = isFull ? cells.at(-1) : undefined;
    const lastGroup = end?.group ?? step.groups.length - 1;
    const lastAt = end?.at ?? slice.length - 2;
    const key = step.groups[lastGroup]?.key ?? [];
    left -= items.length;
    yield {
      items,
      reached: { key, startMs: slice[lastAt] ?? walk.after?.startMs ?? edges[0] ?? 0 },
      rows: rowsOf(step.groups, rowsOfAll * ((step.end - step.first) / intervals)),
    };
    first = step.first + lastAt + 1;
    queue = queue.slice(first >= intervals ? lastGroup + 1 : lastGroup);
    if (first >= intervals) first = 0;
    budget = isFull ? pace.firstRows : Math.min(budget * GROWTH, pace.maxRows);
  }
}

interface Step {
  readonly groups: readonly SeriesGroup[];
  readonly first: number;
  /** Half-open. */
  readonly end: number;
}

/** As many whole groups as the budget allows, or as much of the first one. */
function nextStep(
  queue: readonly SeriesGroup[],
  size: { first: number; intervals: number; rowsOfAll: number; budget: number },
): Step {
  const { first, intervals, rowsOfAll, budget } = size;
  const whole = wholeGroups(queue, rowsOfAll, budget);
  if (first === 0 && whole > 0) return { groups: queue.slice(0, whole), first, end: intervals };
  const groups = queue.slice(0, 1);
  const rowsOfOne = rowsOf(groups, rowsOfAll / intervals);
  const end = Math.min(first + Math.max(Math.floor(budget / rowsOfOne), 1), intervals);
  return { groups, first, end };
}

function wholeGroups(queue: readonly SeriesGroup[], rowsOfAll: number, budget: number): number {
  let rows = 0;
  const beyond = queue.findIndex(({ seriesIds }) => (rows += seriesIds.length * rowsOfAll) > budget);
  return beyond === -1 ? queue.length : beyond;
}

function rowsOf(groups: readonly SeriesGroup[], rows: number): number {
  return Math.max(groups.reduce((sum, { seriesIds }) => sum + seriesIds.length, 0) * rows, 1);
}

/** Intervals up to a position. */
function passed(edges: readonly number[], { startMs }: GroupPosition): number {
  const next = edges.findIndex((edge) => edge > startMs);
  return Math.min(next === -1 ? Infinity : next, edges.length - 1);
}

function itemOf<Figures extends Cell>(
  figures: Figures,
  groups: readonly SeriesGroup[],
  edges: readonly number[],
): GroupItem<Figures> {
  const startMs = edges[figures.at];
  const endMs = edges[figures.at + 1];
  const key = groups[figures.group]?.key;
  if (startMs === undefined || endMs === undefined || key === undefined) {
    throw new Error('an item lies in a group and an interval that were asked for');
  }
  return { key, startMs, endMs, figures };
}

function isSame(a: GroupKey, b: GroupKey): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
