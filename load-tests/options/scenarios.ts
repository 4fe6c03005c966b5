import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseExpectation, type Expectation } from '../report/expectations.js';

const within = (low: number, count: number, high: number): number =>
  Math.min(high, Math.max(low, Math.round(count)));

export interface ScenarioKind {
  readonly means: string;
  /** How many of its users there are beside so many charge points; null: they are charge points, and share --sockets. */
  readonly beside: ((sockets: number) => number) | null;
  /** Its users hold a socket each. */
  readonly sockets: boolean;
  readonly sendsReadings: boolean;
  readonly needs: 'gateway' | 'live' | 'api';
}

const chargePoints = { beside: null, sockets: true, needs: 'gateway' } as const;

export const SCENARIOS = {
  steady: {
    ...chargePoints,
    sendsReadings: true,
    means: 'charge points that send a reading in each interval',
  },
  ramp: { ...chargePoints, sendsReadings: false, means: 'charge points that connect, boot and stay' },
  'reconnect-storm': {
    ...chargePoints,
    sendsReadings: true,
    means: 'charge points that all lose their connections half way, and come back within five seconds',
  },
  'live-subscribers': {
    beside: (sockets) => within(5, sockets / 500, 100),
    sockets: true,
    sendsReadings: false,
    needs: 'live',
    means: 'subscribers of the live feed, each of a hundred charge points',
  },
  'slow-consumers': {
    beside: (sockets) => within(2, sockets / 2_000, 20),
    sockets: true,
    sendsReadings: false,
    needs: 'live',
    means: 'subscribers of everything that read now and then, or not at all',
  },
  'api-queries': {
    beside: (sockets) => within(2, sockets / 5_000, 8),
    sockets: false,
    sendsReadings: false,
    needs: 'api',
    means: 'questions to the REST API, one a second from each who asks',
  },
} as const satisfies Record<string, ScenarioKind>;
export type ScenarioName = keyof typeof SCENARIOS;

export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[];

export function scenarioKind(name: ScenarioName): ScenarioKind {
  return SCENARIOS[name];
}

export function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}

export function scenarioFile(name: ScenarioName): string {
  return join(import.meta.dirname, `../scenarios/${name}.yml`);
}

/** As Artillery's plugin `ensure` has it, of which `thresholds` aren't used here. */
const fileSchema = z.object({
  config: z.object({
    ensure: z.strictObject({ conditions: z.array(z.strictObject({ expression: z.string() })) }),
  }),
});

/** What the scenario's file expects. */
export function expectationsOf(name: ScenarioName): readonly Expectation[] {
  const { config } = fileSchema.parse(parse(readFileSync(scenarioFile(name), 'utf8')));
  return config.ensure.conditions.map(({ expression }) => parseExpectation(expression));
}
