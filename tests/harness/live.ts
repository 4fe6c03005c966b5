import { onTestFinished } from 'vitest';
import pino from 'pino';
import { Registry } from 'prom-client';
import { OPEN_ACCESS } from '../../server/access/access.js';
import { DatabaseFeed } from '../../server/live/database-feed.js';
import type { LiveOptions } from '../../server/live/live-options.js';
import { LiveServer, type LiveServerParts } from '../../server/live/live-server.js';
import { readFleetFigures } from '../../store/read/fleet-figures.js';
import { ReadDatabase } from '../../store/read/read-database.js';
import { createPool } from '../../store/pool.js';
import { LIVE_OPTIONS } from './live-options.js';
import { urlOfPart } from './role-logins.js';

export interface RunningLive {
  readonly server: LiveServer;
  readonly port: number;
  /** `ws://127.0.0.1:port/live`. */
  readonly url: string;
  readonly registry: Registry;
  /** Sum of the values of a metric whose labels include those given. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** Begins the stop; resolves when the server is done. Also done when the test ends. */
  stop(): Promise<void>;
}

/** A live server in this process on a free port, as compose builds it. */
export async function startLive(
  databaseUrl: string,
  options: Partial<LiveOptions> = {},
  parts: Partial<LiveServerParts> = {},
): Promise<RunningLive> {
  const registry = new Registry();
  const logger = pino({ level: 'silent' });
  const all = { ...LIVE_OPTIONS, ...options };
  const pool = createPool({
    url: urlOfPart(databaseUrl, 'live'),
    max: all.snapshots + 3,
    applicationName: 'live-test',
  });
  const server = new LiveServer({
    source: new DatabaseFeed({ pool, statementTimeoutMs: 10_000, logger }),
    access: OPEN_ACCESS,
    readFleet: () => new ReadDatabase(pool, { statementTimeoutMs: 10_000 }).read(readFleetFigures),
    options: all,
    logger,
    registry,
    ...parts,
  });
  const { port } = await server.start();
  const controller = new AbortController();
  const running = server.run(controller.signal);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    controller.abort();
    stopped ??= running.finally(() => pool.end());
    return stopped;
  };
  onTestFinished(stop);
  return {
    server,
    port,
    url: `ws://127.0.0.1:${port}/live`,
    registry,
    async metric(name, labels = {}) {
      const found = await registry.getSingleMetric(name)?.get();
      return (found?.values ?? [])
        .filter((value) => Object.entries(labels).every(([key, label]) => value.labels[key] === label))
        .reduce((sum, { value }) => sum + value, 0);
    },
    stop,
  };
}
