import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { EmbeddedPostgres } from '../../server/embedded/embedded-postgres.js';
import { kafkaUnavailable, startKafka, type KafkaHandle } from './kafka.js';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    /** Absent when Java is missing; then `kafkaMissing` says why. */
    kafkaBrokers: string[] | null;
    kafkaMissing: string | null;
  }
}

/** One real PostgreSQL and one real Kafka for all test files of a project; each test makes its own database and topic. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-test-'));
  const missing = kafkaUnavailable() ?? null;
  if (missing !== null) console.warn(`The Kafka suites are skipped: ${missing}`);
  const starting: [Promise<EmbeddedPostgres>, Promise<KafkaHandle | null>] = [
    // A killed process loses nothing by fsync=off; only a crash of the machine would.
    EmbeddedPostgres.start({ dataDir: directory, settings: ['fsync=off', 'max_connections=400'] }),
    missing === null ? startKafka() : Promise.resolve(null),
  ];
  const [postgres, kafka] = await Promise.all(starting).catch(async (error: unknown) => {
    const [started, broker] = await Promise.allSettled(starting);
    if (started.status === 'fulfilled') await started.value.stop();
    if (broker.status === 'fulfilled') await broker.value?.stop();
    throw error;
  });
  project.provide('postgresUrl', postgres.url);
  project.provide('kafkaBrokers', kafka?.brokers ?? null);
  project.provide('kafkaMissing', missing);
  return async () => {
    await Promise.all([postgres.stop(), kafka?.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
}
