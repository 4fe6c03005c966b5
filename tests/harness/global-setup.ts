import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { EmbeddedPostgres } from '../../server/embedded/embedded-postgres.js';
import { createPool } from '../../store/pool.js';
import { grantRoles } from '../../store/roles/grant-roles.js';
import { loginPasswords, SHARED_PREFIX } from './role-logins.js';
import { kafkaUnavailable, startKafka, type KafkaHandle } from './kafka.js';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    /** Absent when Java is missing; then `kafkaMissing` says why. */
    kafkaBrokers: string[] | null;
    kafkaMissing: string | null;
  }
}

interface Services {
  readonly postgresUrl: string;
  readonly kafkaBrokers: string[] | null;
  readonly kafkaMissing: string | null;
  readonly stop: () => Promise<void>;
}

/** Each project loads this module for itself; what they share is kept beside it. */
const shared = globalThis as typeof globalThis & {
  testServices?: { readonly started: Promise<Services>; users: number } | undefined;
};

/** One real PostgreSQL and one real Kafka for all test files of a run; each test makes its own database and topic. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const services = (shared.testServices ??= { started: startServices(), users: 0 });
  services.users += 1;
  const { postgresUrl, kafkaBrokers, kafkaMissing, stop } = await services.started;
  project.provide('postgresUrl', postgresUrl);
  project.provide('kafkaBrokers', kafkaBrokers);
  project.provide('kafkaMissing', kafkaMissing);
  return async () => {
    services.users -= 1;
    if (services.users > 0) return;
    shared.testServices = undefined;
    await stop();
  };
}

async function startServices(): Promise<Services> {
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
  await makeLogins(postgres.url);
  return {
    postgresUrl: postgres.url,
    kafkaBrokers: kafka?.brokers ?? null,
    kafkaMissing: missing,
    stop: async () => {
      await Promise.all([postgres.stop(), kafka?.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Users of the parts; each database of a test gives them their rights. */
async function makeLogins(url: string): Promise<void> {
  const pool = createPool({ url, max: 1, applicationName: 'test-setup' });
  try {
    await grantRoles(pool, { prefix: SHARED_PREFIX, create: true, rights: false, logins: loginPasswords });
  } finally {
    await pool.end();
  }
}
