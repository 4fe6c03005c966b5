import type { FoundRecord, LogReader, LogWindow, OffsetRange } from '../broker/log-reader.js';

/** Times of arrival, ms since 1970 UTC, half-open. */
export interface Arrivals {
  readonly fromMs: number;
  /** Infinity: to the end of the log. */
  readonly toMs: number;
}

export interface LogSearch {
  readonly key: string;
  /** Where to look for what nothing is known of. */
  readonly arrivals: Arrivals;
  /** When messages that are known of arrived, ms: there it looks too. */
  readonly known: readonly number[];
  /** Messages that are read over of each partition at most, from the beginning of `arrivals` on. */
  readonly maxMessages: number;
  /** false: only the one that the key is put on now. */
  readonly allPartitions: boolean;
  readonly onRecord: (record: FoundRecord) => void;
  /** @param done share of what is to be read, 0 to 1. */
  readonly onProgress: (records: number, done: number) => void;
  readonly signal: AbortSignal;
}

/** A part of the log that was looked at. */
export interface LookedAt {
  readonly partition: number;
  readonly fromOffset: number;
  /** Offset that was not looked at any more. */
  readonly toOffset: number;
  /** When the last record in it was logged; null: it has none. */
  readonly lastMs: number | null;
  /** There was more to look at: the limit, or an interruption. */
  readonly isCutOff: boolean;
}

export interface LogSearched {
  /** What the log has of the partitions that were looked at. */
  readonly ranges: ReadonlyMap<number, OffsetRange>;
  readonly lookedAt: readonly LookedAt[];
  /** Read over, of all keys. */
  readonly messagesRead: number;
  /** The log is younger than the beginning of `arrivals`: what came before its oldest record was removed by retention. */
  readonly isTrimmed: boolean;
}

/** Clocks of gateways differ, and a message is logged a moment after it arrived. */
const MARGIN_MS = 60_000;
/** Of what is around known arrivals. */
const MAX_KNOWN_MESSAGES = 500_000;
const MAX_KNOWN_WINDOWS = 50;

/** Rejects as {@link LogReader} does. */
export async function searchLog(reader: LogReader, search: LogSearch): Promise<LogSearched> {
  const all = await reader.ranges();
  const home = await reader.partitionOf(search.key);
  const partitions = search.allPartitions ? [...all.keys()].sort((a, b) => a - b) : [home];
  const ranges = new Map([...all].filter(([partition]) => partitions.includes(partition)));
  const wanted = (
    await Promise.all(partitions.map((partition) => windowsOf(reader, search, partition, all.get(partition))))
  ).flat();
  const total = wanted.reduce((sum, { from, to }) => sum + to - from, 0);
  const reads = await reader.read(wanted, {
    key: search.key,
    onRecord: search.onRecord,
    onProgress: (records) => search.onProgress(records, total === 0 ? 1 : Math.min(records / total, 1)),
    signal: search.signal,
  });
  const cutOff = new Set(
    wanted.filter(({ isLimited }) => isLimited).map(({ partition, to }) => `${partition} ${to}`),
  );
  return {
    ranges,
    lookedAt: reads.map(({ partition, from, to, reached, reachedMs }) => ({
      partition,
      fromOffset: from,
      toOffset: reached,
      lastMs: reachedMs,
      isCutOff: reached < to || cutOff.has(`${partition} ${to}`),
    })),
    messagesRead: reads.reduce((sum, { from, reached }) => sum + reached - from, 0),
    isTrimmed: wanted.some(({ isTrimmed }) => isTrimmed),
  };
}

interface PlannedWindow extends LogWindow {
  readonly isLimited: boolean;
  readonly isTrimmed: boolean;
}

async function windowsOf(
  reader: LogReader,
  { arrivals, known, maxMessages }: LogSearch,
  partition: number,
  range: OffsetRange | undefined,
): Promise<PlannedWindow[]> {
  if (range === undefined) return [];
  const { low, high } = range;
  const at = async (ms: number): Promise<number> =>
    Math.min(Math.max(await reader.offsetAt(partition, ms), low), high);
  const from = await at(arrivals.fromMs);
  const end = arrivals.toMs === Infinity ? high : await at(arrivals.toMs);
  const isTrimmed = low > 0 && from === low;
  const main = {
    partition,
    from,
    to: Math.min(end, from + maxMessages),
    isLimited: end > from + maxMessages,
    isTrimmed,
  };
  const others = [];
  for (const around of spansAround(known).slice(0, MAX_KNOWN_WINDOWS)) {
    const first = await at(around.fromMs);
    const last = Math.min(await at(around.toMs), first + MAX_KNOWN_MESSAGES);
    if (last > first) others.push({ partition, from: first, to: last, isLimited: false, isTrimmed: false });
  }
  return merged([main, ...others]);
}

/** Times that lie near one another are one span. */
function spansAround(times: readonly number[]): Arrivals[] {
  const spans: { fromMs: number; toMs: number }[] = [];
  for (const ms of [...times].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last !== undefined && ms - MARGIN_MS <= last.toMs) last.toMs = ms + MARGIN_MS;
    else spans.push({ fromMs: ms - MARGIN_MS, toMs: ms + MARGIN_MS });
  }
  return spans;
}

/** Without overlaps, in their order. */
function merged(windows: readonly PlannedWindow[]): PlannedWindow[] {
  const result: PlannedWindow[] = [];
  for (const window of [...windows].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = result.at(-1);
    if (last === undefined || window.from > last.to) result.push(window);
    else {
      const further = window.to > last.to ? window : last;
      const isTrimmed = last.isTrimmed || window.isTrimmed;
      result[result.length - 1] = { ...last, to: further.to, isLimited: further.isLimited, isTrimmed };
    }
  }
  return result;
}
