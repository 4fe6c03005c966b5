import { parseArgs } from 'node:util';
import { nearest } from '../client/charge-point/language/nearest.js';
import { DEFAULT_THRESHOLD } from './compare-runs.js';
import { InputError } from './input-error.js';
import { SUITES, TAKEN, type SuiteName } from './suites.js';

export interface BenchOptions {
  readonly suites: readonly SuiteName[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly json: string | null;
  readonly writeDocs: boolean;
  readonly size: number | null;
  readonly minutes: number | null;
  readonly directory: string | null;
  /** Whether the history keeps the run; null: as {@link whyNotRecorded} judges. */
  readonly record: boolean | null;
}

/** What is asked for: to measure, or to tell something. */
export type BenchCommand =
  | { readonly kind: 'run'; readonly options: BenchOptions }
  | { readonly kind: 'help' | 'list' | 'summary' }
  | { readonly kind: 'compare'; readonly options: CompareOptions }
  | { readonly kind: 'import'; readonly file: string };

export interface CompareOptions {
  readonly suites: readonly SuiteName[];
  /** The commit to compare with; null: the run before, or those of the baseline. */
  readonly ref: string | null;
  /** Another history. */
  readonly baseline: string | null;
  /** 0.05: a twentieth. */
  readonly threshold: number;
}

/** Fewer show no spread. */
export const RECORDED_ROUNDS = 3;

export const USAGE = `npm run bench -- [suite...] [options]

Measures meterpulse, and in turn with it the least that the same machine needs for the same work.

suites: ${Object.keys(SUITES).join(', ')} (default: all)

  --rounds N      rounds of meterpulse and its floor, interleaved (1 to 100; default 5, or 1 with --quick)
  --quick         small and short: shows that everything runs, proves no figure
  --size N        what a suite's targets are about, in another size (${takers('size')})
  --minutes N     how long a load is held (${takers('minutes')})
  --directory DIR keeps what a suite makes there, for its next run (${takers('directory')})
  --json FILE     writes figures and tables there, as JSON
  --write-docs    puts the suites' tables into the pages under docs/
  --record        keeps the run in benchmarks/history.ndjson although it has uncommitted changes, or fewer than
                  ${RECORDED_ROUNDS} rounds; without such a reason it is kept anyway
  --no-record     does not keep it

instead of a run:
  --compare [REF] the newest run of each figure against the run before, or the newest of commit REF: faster, slower,
                  noise, or too few rounds to say; exit code 1 on a regression
    --baseline FILE  against the newest runs of another history
    --threshold P    what counts as a regression, in percent (default ${DEFAULT_THRESHOLD * 100})
  --summary       makes the table of all figures in docs/performance.md again, from the history
  --import FILE   adds what --json wrote to the history
  --list          suites, their pages, their newest runs
  --help

Kept runs also renew the table of all figures. BENCH_CPU_PROFILE=DIR leaves a CPU profile of each process that is
measured there; such a run is never kept. Exit code: 0, or 1 when a suite failed, 2 when the options make no sense,
130 when it was interrupted.`;

const FLAGS = {
  rounds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  size: { type: 'string' },
  minutes: { type: 'string' },
  directory: { type: 'string' },
  json: { type: 'string' },
  'write-docs': { type: 'boolean', default: false },
  record: { type: 'boolean' },
  compare: { type: 'string' },
  baseline: { type: 'string' },
  threshold: { type: 'string' },
  summary: { type: 'boolean', default: false },
  import: { type: 'string' },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Taken = 'size' | 'minutes' | 'directory';

export function takes(suite: SuiteName, option: Taken): boolean {
  return TAKEN[suite]?.includes(option) ?? false;
}

function takers(option: Taken): string {
  const suites = suiteNames().filter((suite) => takes(suite, option));
  return suites.length === 0 ? 'no suite' : suites.join(', ');
}

/** Throws an {@link InputError} of one line on what is not understood. */
export function parseCommand(args: readonly string[]): BenchCommand {
  const { values, positionals } = parsed(args);
  if (values.help) return { kind: 'help' };
  if (values.list) return { kind: 'list' };
  if (values.summary) return { kind: 'summary' };
  if (values.import !== undefined) return { kind: 'import', file: values.import };

  const suites = suitesOf(positionals);
  if (values.compare !== undefined) return { kind: 'compare', options: compareOptions(suites, values) };
  for (const option of ['baseline', 'threshold'] as const) {
    if (values[option] !== undefined) throw new InputError(`--${option} belongs to --compare`);
  }
  const rounds = whole('--rounds', values.rounds, 1, 100) ?? (values.quick ? 1 : 5);
  if (values.quick && values.record === true) {
    throw new InputError('--record keeps figures, and --quick proves none');
  }
  for (const option of ['size', 'minutes', 'directory'] as const) {
    if (values[option] === undefined || suites.some((suite) => takes(suite, option))) continue;
    throw new InputError(`--${option} means nothing to ${suites.join(', ')}; it does to ${takers(option)}`);
  }
  return {
    kind: 'run',
    options: {
      suites,
      rounds,
      quick: values.quick,
      json: values.json ?? null,
      writeDocs: values['write-docs'],
      size: whole('--size', values.size, 1, Number.MAX_SAFE_INTEGER),
      minutes: whole('--minutes', values.minutes, 1, 100_000),
      directory: values.directory ?? null,
      record: values.record ?? null,
    },
  };
}

/**
 * Why the history does not keep a run; null: it does. What isn't committed can't be measured again, and a profile or a
 * single round would stand beside figures that it can't be compared with.
 */
export function whyNotRecorded(
  { quick, rounds, record }: Pick<BenchOptions, 'quick' | 'rounds' | 'record'>,
  commit: string,
  profiled: boolean,
): string | null {
  if (quick) return '--quick proves no figure';
  if (profiled) return 'a profile slows down what is measured';
  if (record !== null) return record ? null : '--no-record';
  if (commit.endsWith('+')) return 'the tree has uncommitted changes (--record keeps it all the same)';
  if (rounds < RECORDED_ROUNDS)
    return `fewer than ${RECORDED_ROUNDS} rounds (--record keeps it all the same)`;
  return null;
}

function compareOptions(
  suites: readonly SuiteName[],
  values: { readonly compare?: string; readonly baseline?: string; readonly threshold?: string },
): CompareOptions {
  const ref = values.compare === undefined || values.compare === '' ? null : values.compare;
  if (ref !== null && values.baseline !== undefined) {
    throw new InputError('--compare takes a commit or a --baseline, not both');
  }
  const { threshold } = values;
  if (threshold !== undefined && !(/^\d+(\.\d+)?$/.test(threshold) && Number(threshold) <= 100)) {
    throw new InputError(`--threshold is a percentage from 0 to 100, not '${threshold}'`);
  }
  return {
    suites,
    ref,
    baseline: values.baseline ?? null,
    threshold: threshold === undefined ? DEFAULT_THRESHOLD : Number(threshold) / 100,
  };
}

/** What follows `--compare` may be missing: an option, or the name of a suite, is no commit. */
function withCompared(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const next = args[index + 1];
    const bare = arg === '--compare' && (next === undefined || next.startsWith('-') || isSuite(next));
    return bare ? '--compare=' : arg;
  });
}

function parsed(args: readonly string[]): ReturnType<typeof parse> {
  try {
    return parse(args);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const [, unknown] = /^Unknown option '--?([^']+)'/.exec(text) ?? [];
    if (unknown === undefined) throw new InputError(text);
    throw new InputError(`there is no option '--${unknown}'${meant(unknown, Object.keys(FLAGS), '--')}`);
  }
}

function parse(args: readonly string[]) {
  return parseArgs({ args: withCompared(args), allowPositionals: true, allowNegative: true, options: FLAGS });
}

function suitesOf(names: readonly string[]): SuiteName[] {
  const unknown = names.find((name) => !isSuite(name));
  if (unknown !== undefined) {
    throw new InputError(`there is no suite '${unknown}'${meant(unknown, suiteNames(), '')}`);
  }
  return names.length > 0 ? [...new Set(names.filter(isSuite))] : suiteNames();
}

function meant(typed: string, known: readonly string[], prefix: string): string {
  const near = nearest(typed, known);
  return near === undefined ? '; --help lists them' : `, did you mean ${prefix}${near}?`;
}

function whole(option: string, text: string | undefined, least: number, most: number): number | null {
  if (text === undefined) return null;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new InputError(`${option} is a whole number ${range}, not '${text}'`);
}

export function suiteNames(): SuiteName[] {
  return Object.keys(SUITES).filter(isSuite);
}

function isSuite(name: string): name is SuiteName {
  return Object.hasOwn(SUITES, name);
}
