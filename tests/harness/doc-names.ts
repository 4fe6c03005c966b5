import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { z } from 'zod';
import { environmentSchema } from '../../config/schema.js';
import { createProgram } from '../../server/cli/program.js';
import { loginOf } from '../../store/roles/ensure-logins.js';
import { DATABASE_ROLES } from '../../store/roles/database-roles.js';

/** Names that pages mention and that exist: each kind with how to recognise it in a page's text, its blocks included. */
export interface NameKind {
  readonly kind: string;
  /** Its first group is the name. */
  readonly pattern: RegExp;
  readonly exists: (name: string) => boolean;
}

/** What is spelt as a variable and isn't one of meterpulse's own: variables of benchmarks and tests, and values. */
const OTHER_VARIABLES = new Set([
  'INITIAL_DATA',
  'BENCH_CPU_PROFILE',
  'BUILD_IMAGE',
  'CHROMIUM_PATH',
  'FUZZ_RUNS',
  'FUZZ_SEED',
  'LIVE_SEED',
  'LIVE_SUBSCRIBERS',
  'LOAD_IMAGE',
  // Of docs/configuration.md: any variable with _FILE behind it.
  'NAME_FILE',
  'NODE_EXTRA_CA_CERTS',
  // Values of KAFKA_SECURITY_PROTOCOL.
  'SASL_PLAINTEXT',
  'SASL_SSL',
  // Of an example of a sender that signs.
  'SIGNING_SECRET',
  'STORM_SOCKETS',
]);

const manifest = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

const metrics = metricNames();

export const NAME_KINDS: readonly NameKind[] = [
  {
    kind: 'npm script',
    pattern: /\bnpm run (?:-s |--silent )?([\w:-]+)/g,
    exists: (name) => Object.hasOwn(manifest.scripts, name),
  },
  {
    kind: 'command',
    pattern: /(?:(?<!- )`|^|npx )meterpulse ([a-z][a-z-]*(?: [a-z][a-z-]*)?)/gm,
    exists: isCommand,
  },
  {
    kind: 'variable',
    pattern: /\b([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])\b/g,
    exists: (name) =>
      Object.hasOwn(environmentSchema.shape, name) || OTHER_VARIABLES.has(name) || isErrorCode(name),
  },
  {
    kind: 'metric',
    pattern: /\b(meterpulse_[a-z_]*[a-z])(?![\w*(])/g,
    exists: (name) =>
      metrics.has(name.replace(/_(bucket|sum|count)$/, '')) || metrics.has(name) || isDatabaseRole(name),
  },
];

/** They, and users in them, are spelt as metrics are. */
function isDatabaseRole(name: string): boolean {
  return DATABASE_ROLES.some((role) => [`meterpulse_${role}`, loginOf('meterpulse', role)].includes(name));
}

/** They are spelt as variables are. */
function isErrorCode(name: string): boolean {
  return readFileSync('docs/errors.md', 'utf8').includes(`### ${name}\n`);
}

function metricNames(): ReadonlySet<string> {
  const names = readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(meterpulse_\w+)`/gm);
  return new Set([...[...names].flatMap(([, name]) => name ?? []), ...ofNode()]);
}

/** Those of the process and of Node, which the page of metrics sums up. */
function ofNode(): string[] {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'meterpulse_' });
  return registry.getMetricsAsArray().map(({ name }) => name);
}

/** `topic describe`, or `demo`. A second word that is no subcommand belongs to the sentence. */
function isCommand(words: string): boolean {
  const [first = ''] = words.split(' ');
  const found = named(createProgram(), first);
  if (found === undefined) return false;
  const [, second] = words.split(' ');
  return found.commands.length === 0 || second === undefined || named(found, second) !== undefined;
}

function named(parent: Command, name: string): Command | undefined {
  return parent.commands.find((command) => command.name() === name);
}
