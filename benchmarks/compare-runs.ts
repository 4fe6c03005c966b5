import type { Figure } from './figure.js';
import { questionOf, type HistoryEntry } from './history.js';
import { CONFIDENCE, shiftBetween, type Shift } from './shift.js';
import { pairedRatios, spread } from './statistics.js';

export interface Comparison {
  readonly suite: string;
  readonly figure: string;
  /** What was compared of each run, and where it came from; null: there is no run before. */
  readonly before: string | null;
  readonly now: string;
  readonly shift: Shift | null;
  readonly verdict: string;
  /** Worse by more than the threshold, and more than noise. */
  readonly isRegression: boolean;
}

/** A change for the worse that is smaller than this share is told, and is no regression. */
export const DEFAULT_THRESHOLD = 0.05;

/** The newest run of each figure against the one before it, or the newest of `baseline`. */
export function compareRuns(
  history: readonly HistoryEntry[],
  suites: readonly string[],
  { baseline, threshold }: { readonly baseline: readonly HistoryEntry[] | null; readonly threshold: number },
): Comparison[] {
  const newest = new Map<string, HistoryEntry>();
  for (const run of history) if (suites.includes(run.suite)) newest.set(questionOf(run), run);
  return [...newest.values()]
    .toSorted((a, b) => suites.indexOf(a.suite) - suites.indexOf(b.suite))
    .flatMap((now) =>
      now.figures.map((figure) => {
        const before = (baseline ?? history).findLast(
          (run) =>
            !isSame(run, now) && questionOf(run) === questionOf(now) && find(run, figure) !== undefined,
        );
        return compareFigure(before, now, figure, threshold);
      }),
    );
}

function isSame(one: HistoryEntry, other: HistoryEntry): boolean {
  return one.startedAt === other.startedAt && one.suite === other.suite;
}

function find(run: HistoryEntry, { name, unit }: Figure): Figure | undefined {
  return run.figures.find((each) => each.name === name && each.unit === unit);
}

function compareFigure(
  beforeRun: HistoryEntry | undefined,
  nowRun: HistoryEntry,
  now: Figure,
  threshold: number,
): Comparison {
  const before = beforeRun && find(beforeRun, now);
  const told = { suite: nowRun.suite, figure: now.name, shift: null, isRegression: false };
  if (beforeRun === undefined || before === undefined) {
    return { ...told, before: null, now: shown(now, nowRun, true), verdict: 'no earlier run' };
  }
  const paired = before.floor !== null && now.floor !== null;
  const both = { ...told, before: shown(before, beforeRun, paired), now: shown(now, nowRun, paired) };
  const differs = differingMachines(beforeRun, nowRun);
  if (!paired && differs !== null) {
    return { ...both, verdict: `not compared: without a floor, and ${differs}` };
  }
  const shift = shiftBetween(compared(before, paired), compared(now, paired));
  if (shift === null) return { ...both, verdict: 'not compared: a round measured nothing' };
  const judged = judge(shift, now, threshold);
  const notes = [
    ...(paired ? [] : ['without a floor']),
    ...(differs === null ? [] : [differs]),
    ...(beforeRun.method === nowRun.method ? [] : ['its method is told differently']),
  ];
  return {
    ...both,
    shift,
    isRegression: judged.isRegression,
    verdict: [judged.text, ...notes].join('; '),
  };
}

function judge(
  { estimate, interval }: Shift,
  figure: Figure,
  threshold: number,
): { text: string; isRegression: boolean } {
  if (interval === null) return { text: 'too few rounds to say', isRegression: false };
  if (interval.low <= 1 && interval.high >= 1) {
    return { text: 'no difference that these rounds can show', isRegression: false };
  }
  const better = betterOf(figure);
  if (better === null) {
    return { text: estimate > 1 ? 'higher' : 'lower', isRegression: false };
  }
  const isWorse = estimate > 1 === (better === 'lower');
  const words = isSize(figure) ? ['smaller', 'larger'] : ['faster', 'slower'];
  const isRegression = isWorse && Math.abs(estimate - 1) > threshold;
  const text = words[isWorse ? 1 : 0] ?? '';
  return { text: isRegression ? `REGRESSION: ${text}` : text, isRegression };
}

/** By what the figure says, its target, its unit; null where none of these tells. */
export function betterOf({ better, target, unit }: Figure): 'higher' | 'lower' | null {
  if (better !== undefined) return better;
  if (target !== null && (target.atLeast === undefined) !== (target.atMost === undefined)) {
    return target.atLeast === undefined ? 'lower' : 'higher';
  }
  if (/\/s$/.test(unit)) return 'higher';
  return /^(s|ms|µs|ns|B|KB|MB|GB|1\/min)$/.test(unit) ? 'lower' : null;
}

function isSize({ unit }: Figure): boolean {
  return /^[KMG]?B$/.test(unit);
}

function compared(figure: Figure, paired: boolean): readonly number[] {
  return paired && figure.floor !== null ? pairedRatios(figure.product, figure.floor) : figure.product;
}

function shown(figure: Figure, { commit, startedAt }: HistoryEntry, paired: boolean): string {
  const ratio = paired && figure.floor !== null;
  const { median } = spread(compared(figure, ratio));
  const amount = ratio
    ? median.toFixed(2)
    : `${median.toLocaleString('en', { maximumSignificantDigits: 4 })} ${figure.unit}`;
  const rounds = figure.product.length;
  return `${amount} (${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ${commit}, ${startedAt.slice(0, 10)})`;
}

function differingMachines({ machine: one }: HistoryEntry, { machine: other }: HistoryEntry): string | null {
  const flat = ({ versions, ...machine }: HistoryEntry['machine']): Record<string, string | number> => ({
    ...machine,
    ...versions,
  });
  const [before, now] = [flat(one), flat(other)];
  const name = Object.keys({ ...before, ...now }).find((each) => before[each] !== now[each]);
  if (name === undefined) return null;
  return `${name} was ${before[name] ?? 'not told'} and is ${now[name] ?? 'not told'}`;
}

/** `+3.1% [-1.0%..+8.2%]`, of the ratio or of the figure itself. */
export function shiftText({ estimate, interval }: Shift): string {
  const percent = (factor: number): string => `${factor < 1 ? '' : '+'}${((factor - 1) * 100).toFixed(1)}%`;
  return interval === null
    ? percent(estimate)
    : `${percent(estimate)} [${percent(interval.low)}..${percent(interval.high)}]`;
}

export const METHOD =
  `Shifts are of the ratios to the floor, or of the figure where it has none: Hodges-Lehmann estimates with the ${CONFIDENCE * 100}% ` +
  'interval of the exact Mann-Whitney distribution. Of twenty figures that did not move one seems to: measure a regression again.';
