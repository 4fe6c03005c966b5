import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CredentialFiles } from '../../client/transport/credential-files.js';
import { parseExpectation, type Expectation } from '../report/expectations.js';
import { isScenario, SCENARIO_NAMES, SCENARIOS, scenarioKind, type ScenarioName } from './scenarios.js';

export interface LoadOptions {
  /** Charge points; null: what fits the machine. */
  readonly sockets: number | null;
  /** All sockets are held open for so long. */
  readonly minutes: number;
  /** Messages a second in all; null: one a minute of each charge point. */
  readonly rate: number | null;
  /** Sockets opened a second in all. */
  readonly ramp: number;
  readonly scenarios: readonly ScenarioName[];
  readonly ensure: readonly Expectation[];
  readonly json: string | null;
  readonly html: string | null;
  /** null: everything is started here. */
  readonly target: Target | null;
  /** What is shown at the target's doors, and by what it is known; with absolute paths. */
  readonly files: CredentialFiles;
  /** Nothing is loaded: the ids of the charge points are printed. */
  readonly listChargePoints: boolean;
}

/** What runs elsewhere. */
export interface Target {
  readonly gatewayUrl: string;
  readonly liveUrl: string | null;
  readonly apiUrl: string | null;
}

/** What `meterpulse simulate` sends by as many processes as it takes. */
const MOST_RATE = 250_000;

const BESIDE = [
  'live-subscribers',
  'slow-consumers',
  'api-queries',
] as const satisfies readonly ScenarioName[];

const scenarioLines = SCENARIO_NAMES.map((name) => `  ${name.padEnd(17)} ${SCENARIOS[name].means}`).join(
  '\n',
);

export const USAGE = `npm run loadTesting -- [options]

Starts Kafka, PostgreSQL and every role, loads them by Artillery, compares what was acknowledged with what is stored.

  --sockets N       charge points, each with a socket (default: what fits the machine)
  --minutes M       how long all of them stay (default 1)
  --rate R          messages a second in all (default: one a minute of each charge point); what is beyond
                    Artillery's 800 comes from \`meterpulse simulate\`, with charge points of its own
  --ramp R          sockets opened a second in all (default 500)
  --scenario A,B    (default steady and what is beside it; all: every one)
  --ensure 'E'      an expectation, like 'readings.latency.p99 < 60'; takes the place of the scenarios' own
                    of that measure; may be given several times
  --json FILE       the report as JSON (default .cache/load-tests/report.json)
  --html FILE       the report as a page (default .cache/load-tests/report.html)
  --url URL         ws://HOST:PORT of a gateway that runs already: nothing is started, and stored readings aren't compared
  --live-url URL    ws://HOST:PORT of its live feed, for live-subscribers and slow-consumers
  --api-url URL     http://HOST:PORT of its API, for api-queries
  --key-file FILE   a key or a token in one line, for senders of JSON, the live feed and the API of --url
  --passwords-file FILE
                    passwords of its charge points: an id, a tab and its password a line
  --ca-file FILE    certificates (PEM) of the authorities that wss: and https: trust, in place of the usual ones
  --list-charge-points
                    print the ids of the charge points that these options make, one a line, and end
  --help

scenarios:
${scenarioLines}`;

/** Throws one line on what is not understood. null: help was asked for. */
export function parseOptions(args: readonly string[]): LoadOptions | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      sockets: text,
      minutes: text,
      rate: text,
      ramp: text,
      scenario: text,
      ensure: { type: 'string', multiple: true, default: [] },
      json: text,
      html: text,
      url: text,
      'live-url': text,
      'api-url': text,
      'key-file': text,
      'passwords-file': text,
      'ca-file': text,
      'list-charge-points': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const target = targetOf(values.url, values['live-url'], values['api-url']);
  const scenarios = scenariosOf(values.scenario, target);
  const files = {
    keyFile: path('key-file', values['key-file'], target),
    passwordsFile: path('passwords-file', values['passwords-file'], target),
    caFile: path('ca-file', values['ca-file'], target),
  };
  const listChargePoints = values['list-charge-points'];
  if (listChargePoints && values.sockets === undefined)
    throw new Error(
      '--list-charge-points needs --sockets: what fits the machine is another number each time',
    );
  return {
    sockets: values.sockets === undefined ? null : number('sockets', values.sockets, 1, 1_000_000, true),
    minutes: number('minutes', values.minutes ?? '1', 0.05, 1_440),
    rate: values.rate === undefined ? null : number('rate', values.rate, 0.01, MOST_RATE),
    ramp: number('ramp', values.ramp ?? '500', 1, 100_000),
    scenarios,
    ensure: values.ensure.map(parseExpectation),
    json: values.json ?? null,
    html: values.html ?? null,
    target,
    files,
    listChargePoints,
  };
}

function path(name: string, given: string | undefined, target: Target | null): string | undefined {
  if (given === undefined) return undefined;
  if (given === '') throw new Error(`--${name} is the name of a file, and not ''`);
  if (target === null)
    throw new Error(`--${name} goes with --url: what is started here asks nobody who they are`);
  return resolve(given);
}

function number(name: string, text: string, low: number, high: number, whole = false): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= low && value <= high) || (whole && !Number.isInteger(value)))
    throw new Error(
      `--${name} is a ${whole ? 'whole ' : ''}number from ${low} to ${high}, and not '${text}'`,
    );
  return value;
}

function targetOf(url?: string, liveUrl?: string, apiUrl?: string): Target | null {
  if (url === undefined) {
    if (liveUrl !== undefined || apiUrl !== undefined)
      throw new Error('--live-url and --api-url go with --url: without it everything is started here');
    return null;
  }
  return {
    gatewayUrl: origin('url', url, ['ws:', 'wss:']),
    liveUrl: liveUrl === undefined ? null : origin('live-url', liveUrl, ['ws:', 'wss:']),
    apiUrl: apiUrl === undefined ? null : origin('api-url', apiUrl, ['http:', 'https:']),
  };
}

function origin(name: string, text: string, protocols: readonly string[]): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isBare =
    url !== null &&
    ['', '/'].includes(url.pathname + url.search + url.hash) &&
    url.username + url.password === '';
  if (url === null || !protocols.includes(url.protocol) || !isBare)
    throw new Error(
      `--${name} is like ${protocols[0] ?? ''}//HOST:PORT, without a path or a name, and not '${text}'`,
    );
  return `${url.protocol}//${url.host}`;
}

function scenariosOf(given: string | undefined, target: Target | null): readonly ScenarioName[] {
  const reached = {
    gateway: true,
    live: target === null || target.liveUrl !== null,
    api: target === null || target.apiUrl !== null,
  };
  const names = given === 'all' ? SCENARIO_NAMES : given?.split(',').map((name) => name.trim());
  if (names === undefined) return ['steady', ...BESIDE.filter((name) => reached[SCENARIOS[name].needs])];
  const chosen: ScenarioName[] = [];
  for (const name of new Set(names)) {
    if (!isScenario(name))
      throw new Error(`no scenario is named '${name}'; there are ${SCENARIO_NAMES.join(', ')}, and all`);
    const { needs } = scenarioKind(name);
    if (!reached[needs]) throw new Error(`the scenario ${name} needs --${needs}-url beside --url`);
    chosen.push(name);
  }
  if (chosen.every((name) => scenarioKind(name).beside !== null))
    throw new Error(
      `${chosen.join(' and ')} stand beside charge points: name one of steady, ramp, reconnect-storm as well`,
    );
  return chosen;
}
