import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { Registry } from 'prom-client';
import { jsonIngestProtocol } from '../../protocol/json-ingest.js';
import { ocpp16Protocol } from '../../protocol/ocpp16/ocpp16-protocol.js';
import { ocpp201Protocol } from '../../protocol/ocpp201/ocpp201-protocol.js';
import { Gateway } from '../../server/gateway/gateway.js';
import type { GatewayOptions } from '../../server/gateway/gateway-options.js';
import { Presence } from '../../server/gateway/sessions/presence.js';
import { createPool } from '../../store/pool.js';
import { GATEWAY_OPTIONS } from './gateway-options.js';
import { urlOfPart } from './role-logins.js';

const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: Date.UTC(2010, 0) };

export interface RegisteredGateway {
  /** Of the gateway process, as the database knows it. */
  readonly id: string;
  readonly gateway: Gateway;
  readonly url: string;
  readonly port: number;
  readonly registry: Registry;
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** As a process does on SIGTERM. */
  stop(): Promise<void>;
}

export interface RegisteredGatewaySettings {
  readonly databaseUrl: string;
  readonly host?: string;
  readonly options?: Partial<GatewayOptions>;
  /** Default 20: tests wait for what is written. */
  readonly writeEveryMs?: number;
  /** Default: no. */
  readonly holdsUnknown?: boolean;
}

/** A gateway as a process of its own would be: known in the database, taking commands from there. Its log takes all. */
export async function startRegisteredGateway(
  settings: RegisteredGatewaySettings,
): Promise<RegisteredGateway> {
  const registry = new Registry();
  const logger = pino({ level: 'silent' });
  const id = randomUUID();
  const pool = createPool({
    url: urlOfPart(settings.databaseUrl, 'gateway'),
    max: 3,
    applicationName: `gateway-${id.slice(0, 8)}`,
    connectTimeoutMs: 1_000,
  });
  const presence = new Presence({
    pool,
    gateway: { id, host: settings.host ?? 'pod-a', pid: process.pid },
    logger,
    registry,
    options: { writeEveryMs: settings.writeEveryMs ?? 20 },
    holdsUnknown: settings.holdsUnknown ?? false,
  });
  const gateway = new Gateway({
    log: { publish: () => Promise.resolve() },
    protocols: {
      ocpp: [ocpp201Protocol({ limits: LIMITS }), ocpp16Protocol({ limits: LIMITS })],
      ingest: jsonIngestProtocol({ limits: LIMITS }),
    },
    options: { ...GATEWAY_OPTIONS, ...settings.options },
    logger,
    registry,
    sessions: presence.sessions,
  });
  const { port } = await gateway.start();
  const ended = new AbortController();
  const running = presence.run(ended.signal);
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await gateway.stop();
    ended.abort();
    await running;
    await pool.end();
  };
  return {
    id,
    gateway,
    port,
    registry,
    url: `ws://127.0.0.1:${port}`,
    async metric(name, labels = {}) {
      const found = await registry.getSingleMetric(name)?.get();
      return (found?.values ?? [])
        .filter((value) => Object.entries(labels).every(([key, label]) => value.labels[key] === label))
        .reduce((sum, { value }) => sum + value, 0);
    },
    stop: () => (stopped ??= stop()),
  };
}
