import type { LoadOptions } from '../options/options.js';
import { scenarioKind, type ScenarioName } from '../options/scenarios.js';

/** Messages a second that Artillery sends at most here; `meterpulse simulate` sends the rest. */
const ARTILLERY_RATE = 800;
const MOST_SOCKETS_OF_A_PROCESS = 15_000;
const GATEWAY_SOCKETS = 12_500;
const SIMULATE_RATE_OF_A_PROCESS = 4_000;

/** One Artillery process. */
export interface Part {
  readonly name: string;
  readonly scenario: ScenarioName;
  /** Charge points, subscribers, or who asks. */
  readonly users: number;
  /** Of these, how many sockets are open in the end. */
  readonly sockets: number;
  /** Seconds over which they come. */
  readonly rampSeconds: number;
  readonly localAddress: string | null;
}

export interface Plan {
  readonly sockets: number;
  readonly holdMs: number;
  readonly parts: readonly Part[];
  /** Seconds between the readings of a charge point. */
  readonly every: number;
  /** Messages a second that Artillery sends. */
  readonly artilleryRate: number;
  readonly simulate: Simulation | null;
  readonly gatewayProcesses: number;
}

export interface Simulation {
  readonly rate: number;
  readonly chargePoints: number;
  readonly processes: number;
  readonly localAddresses: readonly string[];
}

/** @param ownAddresses each process connects from an address of its own, 127.0.0.2 and on. */
export function makePlan(
  options: Pick<LoadOptions, 'minutes' | 'rate' | 'ramp' | 'scenarios'>,
  sockets: number,
  ownAddresses: boolean,
): Plan {
  let address = 1;
  const nextAddress = (): string | null => (ownAddresses ? `127.0.0.${++address}` : null);
  const fleets = options.scenarios.filter((name) => scenarioKind(name).beside === null);
  const parts = options.scenarios.flatMap((scenario): Part[] => {
    const { beside, sockets: holdsSockets } = scenarioKind(scenario);
    const users = beside === null ? share(sockets, fleets.length, fleets.indexOf(scenario)) : beside(sockets);
    const processes = Math.ceil(users / MOST_SOCKETS_OF_A_PROCESS);
    return Array.from({ length: processes }, (_, index): Part => {
      const own = share(users, processes, index);
      const rampSeconds = Math.max(1, Math.ceil((beside === null ? sockets : own) / options.ramp));
      const name = `${scenario}-${index}`;
      const localAddress = holdsSockets ? nextAddress() : null;
      return { name, scenario, users: own, sockets: holdsSockets ? own : 0, rampSeconds, localAddress };
    });
  });
  const sending = parts
    .filter(({ scenario }) => scenarioKind(scenario).sendsReadings)
    .reduce((sum, { users }) => sum + users, 0);
  if (options.rate !== null && sending === 0) throw new Error('--rate needs a scenario that sends readings');
  const rate = options.rate ?? sending / 60;
  const artilleryRate = Math.min(rate, Math.max(ARTILLERY_RATE, options.rate === null ? rate : 0), sending);
  const beyond = rate - artilleryRate;
  const simulate = beyond < 1 ? null : simulation(beyond, nextAddress);
  return {
    sockets,
    holdMs: options.minutes * 60_000,
    parts,
    every: sending === 0 ? 60 : sending / artilleryRate,
    artilleryRate,
    simulate,
    gatewayProcesses: Math.ceil((sockets + (simulate?.chargePoints ?? 0)) / GATEWAY_SOCKETS),
  };
}

/** Each of its charge points sends a message a second or so. */
function simulation(rate: number, nextAddress: () => string | null): Simulation {
  const processes = Math.ceil(rate / SIMULATE_RATE_OF_A_PROCESS);
  const chargePoints = Math.min(10_000, Math.max(processes, Math.ceil(rate)));
  const localAddresses = [nextAddress()].flatMap((address) => address ?? []);
  return { rate, chargePoints, processes, localAddresses };
}

/** The `index`th of `count` nearly equal shares. */
function share(total: number, count: number, index: number): number {
  return Math.floor(total / count) + (index < total % count ? 1 : 0);
}
