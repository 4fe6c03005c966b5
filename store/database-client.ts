import pg from 'pg';
import { connectionSettings, type ConnectionSettings } from './connection-settings.js';

type Connected = Parameters<pg.Client['connect']>[0];

/**
 * A connection, made by what its URL and the files that the URL names say at the moment: each one of a pool, of those that
 * listen and of migrations is one of these, so that a password or certificate that changed in its file is taken without a
 * restart.
 */
export class DatabaseClient extends pg.Client {
  readonly #unusable: Error | undefined;

  constructor(config: pg.ClientConfig = {}) {
    const settings = attempted(config.connectionString ?? '');
    super({ ...config, ...(settings instanceof Error ? { connectionString: '' } : settings) });
    if (settings instanceof Error) this.#unusable = settings;
  }

  // A pool makes clients where nothing catches what a constructor throws.
  override connect(): Promise<pg.Client>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.Client> | undefined {
    const unusable = this.#unusable;
    if (callback === undefined) return unusable === undefined ? super.connect() : Promise.reject(unusable);
    if (unusable === undefined) super.connect(callback);
    else process.nextTick(callback, unusable);
    return undefined;
  }
}

function attempted(url: string): ConnectionSettings | Error {
  try {
    return connectionSettings(url);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
