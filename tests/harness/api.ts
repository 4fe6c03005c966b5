import pino from 'pino';
import { Registry } from 'prom-client';
import { ApiServer } from '../../server/api/api-server.js';
import { createPool, type Pool } from '../../store/pool.js';

export interface RunningApi {
  readonly url: string;
  readonly port: number;
  readonly registry: Registry;
  /** GET with the body read as JSON. */
  get(path: string, init?: RequestInit): Promise<ApiAnswer>;
  /** Begins the stop; resolves when the server is done. */
  stop(): Promise<void>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface ApiSettings {
  readonly databaseUrl: string;
  readonly statementTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
  readonly port?: number;
  /** Gets each line that is logged. */
  readonly onLog?: (line: string) => void;
}

/** A real API server on a free port, as compose builds it. */
export async function startApi(settings: ApiSettings): Promise<RunningApi> {
  const pool: Pool = createPool({ url: settings.databaseUrl, max: 8, applicationName: 'api-test' });
  const registry = new Registry();
  const { onLog } = settings;
  const server = new ApiServer({
    pool,
    registry,
    logger: onLog === undefined ? pino({ level: 'silent' }) : pino({ level: 'debug' }, { write: onLog }),
    options: {
      host: '127.0.0.1',
      port: settings.port ?? 0,
      statementTimeoutMs: settings.statementTimeoutMs ?? 10_000,
      ...(settings.stopTimeoutMs === undefined ? {} : { stopTimeoutMs: settings.stopTimeoutMs }),
    },
  });
  const { port } = await server.start().catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  const controller = new AbortController();
  const running = server.run(controller.signal);
  const url = `http://127.0.0.1:${port}`;
  let stopped: Promise<void> | undefined;
  return {
    url,
    port,
    registry,
    async get(path, init) {
      const response = await fetch(`${url}${path}`, init);
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
    },
    stop() {
      controller.abort();
      stopped ??= running.finally(() => pool.end());
      return stopped;
    },
  };
}
