import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from './execute.js';
import { EmbeddedPostgres } from '../server/embedded/embedded-postgres.js';
import { startKafka, type KafkaHandle } from '../tests/harness/kafka.js';

/** A Kafka broker and a PostgreSQL of this run alone, as durable for the floor as for the product (fsync on). */
export class Services implements AsyncDisposable {
  private constructor(
    private readonly directory: string,
    private readonly postgres: EmbeddedPostgres | null,
    private readonly kafka: KafkaHandle | null,
  ) {}

  /** @param options Kafka is on unless it is left out. */
  static async start(options: { readonly postgres: boolean; readonly kafka?: false }): Promise<Services> {
    const directory = await mkdtemp(join(tmpdir(), 'meterpulse-bench-'));
    const kafka = options.kafka === false ? Promise.resolve(null) : startKafka();
    try {
      const postgres = options.postgres
        ? await EmbeddedPostgres.start({
            dataDir: directory,
            // The statistics tell how a flush's time is shared among its statements.
            settings: ['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.track=top'],
          })
        : null;
      return new Services(directory, postgres, await kafka);
    } catch (error) {
      await (await kafka)?.stop();
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  get brokers(): string[] {
    if (this.kafka === null) throw new Error('this suite runs without Kafka');
    return this.kafka.brokers;
  }

  /** Of the PostgreSQL server, the parent of all its processes. */
  get postgresPid(): number {
    if (this.postgres === null) throw new Error('this suite runs without PostgreSQL');
    return this.postgres.pid;
  }

  /** Of the broker. */
  get kafkaPid(): number {
    const [pid] = this.kafka?.pids ?? [];
    if (pid === undefined) throw new Error('this suite runs without Kafka');
    return pid;
  }

  /** An empty database; its URL. */
  async createDatabase(name: string): Promise<string> {
    await execute(this.adminUrl, `create database ${name}`);
    const url = new URL(this.adminUrl);
    url.pathname = `/${name}`;
    return url.href;
  }

  async dropDatabase(name: string): Promise<void> {
    await execute(this.adminUrl, `drop database if exists ${name} with (force)`);
    // The next round must not pay for writing back what this one left dirty.
    await execute(this.adminUrl, 'checkpoint');
  }

  private get adminUrl(): string {
    if (this.postgres === null) throw new Error('this suite runs without PostgreSQL');
    return this.postgres.url;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.postgres?.stop(), this.kafka?.stop()]);
    await rm(this.directory, { recursive: true, force: true });
  }
}
