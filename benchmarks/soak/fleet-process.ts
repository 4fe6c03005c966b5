import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { SimulateSummary } from '../../client/simulate/summary.js';
import { compiled } from '../compile.js';

export interface FleetOptions {
  readonly gatewayPort: number;
  readonly chargePoints: number;
  /** Messages. */
  readonly perSecond: number;
  readonly minutes: number;
}

/** Simulated time must end before readings lie too far ahead: it begins a day before. */
const SIMULATED_MINUTES = 20 * 60;
const FASTEST = 60;
/** As many connections a second. */
const RAMP = 200;

/**
 * `meterpulse simulate` with bad networks. Resolves with what it says at its end, also when not all was acknowledged.
 * Rejects, with its own words, when it ends without that. An abort ends it at once.
 */
export async function runFleet(options: FleetOptions, signal: AbortSignal): Promise<SimulateSummary> {
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', compiled('server/main'), 'simulate', ...argumentsOf(options)],
    {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LOG_LEVEL: 'warn', LOG_FORMAT: 'json' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const stop = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-100_000)));
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4_000)));
  try {
    const [code, killedBy] = (await once(child, 'close')) as [number | null, string | null];
    const said = summaryIn(output);
    // 1 with a summary: not all was acknowledged.
    if (said !== null && (code === 0 || code === 1)) return said;
    throw new Error(
      `the fleet ended by ${code ?? killedBy ?? 'nobody'} without a result: ${output}\n${errors}`,
    );
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function argumentsOf({ gatewayPort, chargePoints, perSecond, minutes }: FleetOptions): string[] {
  const speed = Math.max(1, Math.min(FASTEST, Math.floor(SIMULATED_MINUTES / minutes)));
  return [
    ...['--json', '--url', `ws://127.0.0.1:${gatewayPort}`, '--charge-points', String(chargePoints)],
    ...['--duration', `${Math.round(minutes * 60)}s`, '--rate', String(perSecond), '--speed', `${speed}x`],
    ...['--ramp', String(RAMP), '--flaky', '0.2', '--drop-rate', '0.005', '--duplicates', '0.02'],
    ...['--grace', '60s'],
  ];
}

function summaryIn(output: string): SimulateSummary | null {
  const line = output.trim().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? (JSON.parse(line) as SimulateSummary) : null;
}
