import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../server/embedded/embedded-postgres.js';
import { migrate } from '../store/migrate.js';
import { Child } from './child.js';
import { execute } from './execute.js';
import type { SeedRequest, SeedResult } from './subjects/seed-readings.js';

/** Written into the database when it is whole: what was interrupted is made again. */
const DONE = 'seeded';

export interface SeedOptions extends Omit<SeedRequest, 'databaseUrl'> {
  /** Keeps the database there; null: in a directory that is removed at the end. */
  readonly directory: string | null;
  readonly progress: (text: string) => void;
}

/** A PostgreSQL of our own with a seeded database, made anew or found as an earlier run left it. */
export class SeededDatabase implements AsyncDisposable {
  private constructor(
    readonly url: string,
    private readonly postgres: EmbeddedPostgres,
    private readonly temporary: string | null,
  ) {}

  static async open({ directory, progress, ...request }: SeedOptions): Promise<SeededDatabase> {
    const temporary = directory === null ? await mkdtemp(join(tmpdir(), 'meterpulse-bench-')) : null;
    const postgres = await EmbeddedPostgres.start({ dataDir: directory ?? temporary ?? '' });
    const name = `query_${request.chargePoints}_${request.days}`;
    const url = new URL(postgres.url);
    url.pathname = `/${name}`;
    const database = new SeededDatabase(url.href, postgres, temporary);
    try {
      if (await isWhole(postgres.url, name)) progress(`query: ${name} is there`);
      else await make(postgres.url, name, { ...request, databaseUrl: url.href }, progress);
    } catch (error) {
      await database[Symbol.asyncDispose]();
      throw error;
    }
    return database;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.postgres.stop();
    if (this.temporary !== null) await rm(this.temporary, { recursive: true, force: true });
  }
}

async function make(
  adminUrl: string,
  name: string,
  request: SeedRequest,
  progress: (text: string) => void,
): Promise<void> {
  await execute(adminUrl, `drop database if exists ${name} with (force)`);
  await execute(adminUrl, `create database ${name}`);
  await migrate(request.databaseUrl);
  await using child = Child.start('benchmarks/subjects/seed-readings');
  const { readings, storeSeconds, rollupSeconds } = await child.call<SeedResult>('seed', request);
  progress(
    `query: ${readings} readings in ${storeSeconds.toFixed(0)} s, their aggregates in ${rollupSeconds.toFixed(0)} s`,
  );
  await execute(adminUrl, `comment on database ${name} is '${DONE}'`);
  await execute(adminUrl, 'checkpoint');
}

async function isWhole(adminUrl: string, name: string): Promise<boolean> {
  const [row] = await execute(
    adminUrl,
    `select shobj_description(oid, 'pg_database') as done from pg_database where datname = '${name}'`,
  );
  return row?.['done'] === DONE;
}
