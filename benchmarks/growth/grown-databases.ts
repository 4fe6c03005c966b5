import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from '../execute.js';
import { EmbeddedPostgres } from '../../server/embedded/embedded-postgres.js';
import { migrate } from '../../store/migrate.js';
import { Child } from '../child.js';
import type { GrowRequest } from '../subjects/grow-readings.js';
import { chargePointsOf } from './grown-fleet.js';

/** Written into a database when it is whole. */
const DONE = 'grown';
/** While readings are made: what a crash would lose is made again. */
const MAKING = ['fsync=off', 'wal_level=minimal', 'max_wal_senders=0', 'autovacuum=off', 'max_wal_size=16GB'];

export interface GrownOptions {
  /** Readings in each of the databases. */
  readonly sizes: readonly number[];
  /** Keeps the databases there; null: in a directory that is removed at the end. */
  readonly directory: string | null;
  readonly progress: (text: string) => void;
  /** After each step of making, whether to go on with the next one. Default: always. */
  readonly goOn?: () => boolean;
}

/** A PostgreSQL of our own with a database of each size. What an interrupted run made of them is gone on with. */
export class GrownDatabases implements AsyncDisposable {
  private constructor(
    private readonly postgres: EmbeddedPostgres,
    private readonly temporary: string | null,
  ) {}

  static async open(options: GrownOptions): Promise<GrownDatabases> {
    const temporary = options.directory === null ? await mkdtemp(join(tmpdir(), 'meterpulse-growth-')) : null;
    const dataDir = options.directory ?? temporary ?? '';
    try {
      await makeAll(dataDir, options);
      return new GrownDatabases(await EmbeddedPostgres.start({ dataDir }), temporary);
    } catch (error) {
      if (temporary !== null) await rm(temporary, { recursive: true, force: true });
      throw error;
    }
  }

  /** Of the server, the parent of all its processes. */
  get pid(): number {
    return this.postgres.pid;
  }

  urlOf(size: number): string {
    return urlOf(this.postgres, size);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.postgres.stop();
    if (this.temporary !== null) await rm(this.temporary, { recursive: true, force: true });
  }
}

async function makeAll(dataDir: string, { sizes, progress, goOn = () => true }: GrownOptions): Promise<void> {
  const postgres = await EmbeddedPostgres.start({ dataDir, settings: MAKING });
  try {
    for (const size of sizes) {
      if (await isWhole(postgres.url, size)) continue;
      await make(postgres, size, progress, goOn);
    }
    await execute(postgres.url, 'checkpoint');
  } finally {
    await postgres.stop();
  }
}

async function make(
  postgres: EmbeddedPostgres,
  size: number,
  progress: (text: string) => void,
  goOn: () => boolean,
): Promise<void> {
  const name = nameOf(size);
  const [known] = await execute(postgres.url, `select from pg_database where datname = '${name}'`);
  if (known === undefined) await execute(postgres.url, `create database ${name}`);
  const request: GrowRequest = { databaseUrl: urlOf(postgres, size), chargePoints: chargePointsOf(size) };
  await migrate(request.databaseUrl);
  await using child = Child.start('benchmarks/subjects/grow-readings');
  for (let step = 1; ; step++) {
    const startedAt = performance.now();
    if (!(await child.call<boolean>('growOn', request))) break;
    const seconds = (performance.now() - startedAt) / 1_000;
    progress(`growth: ${size.toLocaleString('en')} readings, step ${step} took ${seconds.toFixed(1)} s`);
    if (!goOn()) throw new Error('stopped before all was made');
  }
  await execute(postgres.url, `comment on database ${name} is '${DONE}'`);
}

const nameOf = (size: number): string => `grown_${size}`;

function urlOf({ url }: EmbeddedPostgres, size: number): string {
  const own = new URL(url);
  own.pathname = `/${nameOf(size)}`;
  return own.href;
}

async function isWhole(url: string, size: number): Promise<boolean> {
  const [row] = await execute(
    url,
    `select shobj_description(oid, 'pg_database') as done from pg_database where datname = '${nameOf(size)}'`,
  );
  return row?.['done'] === DONE;
}
