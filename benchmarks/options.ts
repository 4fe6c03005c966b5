import { parseArgs } from 'node:util';
import { SUITES, type SuiteName } from './suites.js';

export interface BenchOptions {
  readonly suites: readonly SuiteName[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly json: string | null;
  readonly writeDocs: boolean;
  readonly size: number | null;
  readonly directory: string | null;
}

export const USAGE = `npm run bench -- [suite...] [options]

suites: ${Object.keys(SUITES).join(', ')} (default: all)

  --rounds N      rounds of meterpulse and its floor, interleaved (default 5; 1 with --quick)
  --quick         small and short: shows that everything runs, proves no figure
  --json FILE     write the result there (default: benchmarks/results/<time>.json)
  --write-docs    put the tables into docs/performance.md and docs/batching.md
  --size N        readings that query makes (default 20000000; 200000 with --quick)
  --directory DIR keeps them there for the next run of query
  --help`;

/** Throws a one-line error on what is not understood. null: help was asked for. */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
      size: { type: 'string' },
      directory: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const unknown = positionals.find((name) => !isSuite(name));
  if (unknown !== undefined)
    throw new Error(`no suite is named '${unknown}'; there are ${names().join(', ')}`);
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new Error('--rounds is a whole number from 1 to 100');
  }
  const size = values.size === undefined ? null : Number(values.size);
  if (size !== null && !(Number.isInteger(size) && size >= 50_000)) {
    throw new Error('--size is a whole number from 50000');
  }
  const chosen = positionals.filter(isSuite);
  return {
    suites: chosen.length > 0 ? chosen : names(),
    rounds,
    quick: values.quick,
    json: values.json ?? null,
    writeDocs: values['write-docs'],
    size,
    directory: values.directory ?? null,
  };
}

function names(): SuiteName[] {
  return Object.keys(SUITES).filter(isSuite);
}

function isSuite(name: string): name is SuiteName {
  return Object.hasOwn(SUITES, name);
}
