import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { Registry } from 'prom-client';
import { onTestFinished, vi } from 'vitest';
import { GatewayPrimary } from '../../server/gateway/primary.js';
import type { GatewayPrimaryOptions } from '../../server/gateway/primary-options.js';

export const soon = { timeout: 60_000, interval: 20 };
/** The path of a file of the fixture. */
export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/gateway-cluster/${name}`, import.meta.url));

export interface RunningCluster {
  readonly primary: GatewayPrimary;
  readonly registry: Registry;
  readonly ended: Promise<void>;
  readonly port: () => number;
  readonly url: () => string;
  stop(): Promise<void>;
}

/** Gateway processes of the fixture under a primary in this process; stopped when the test ends. */
export function runCluster(mode: string, options: Partial<GatewayPrimaryOptions> = {}): RunningCluster {
  const registry = new Registry();
  const primary = new GatewayPrimary({
    processes: 2,
    host: '127.0.0.1',
    port: 0,
    exec: { file: fixture('gateway-process.ts'), args: [], execArgv: ['--import', 'tsx'] },
    env: { FIXTURE: mode },
    stopTimeoutMs: 10_000,
    crashes: { firstBackoffMs: 10 },
    logger: pino({ level: 'silent' }),
    registry,
    ...options,
  });
  const abort = new AbortController();
  let port = 0;
  const ended = primary.run(abort.signal, (chosen) => (port = chosen));
  ended.catch(() => undefined);
  const stop = async (): Promise<void> => {
    abort.abort();
    await ended;
  };
  onTestFinished(() => stop().catch(() => undefined));
  return { primary, registry, ended, stop, port: () => port, url: () => `ws://127.0.0.1:${port}` };
}

export async function ready({ primary }: RunningCluster): Promise<void> {
  await vi.waitFor(() => primary.checkReady(), soon);
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
