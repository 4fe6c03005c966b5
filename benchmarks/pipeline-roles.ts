import { migrate } from '../store/migrate.js';
import { freePorts } from '../tests/harness/free-ports.js';
import { RoleProcess } from './role-process.js';
import type { Services } from './services.js';

/** Roles in processes of their own, on a database of their own and one topic. Disposing of them drops the database. */
export class PipelineRoles implements AsyncDisposable {
  readonly #roles: RoleProcess[] = [];

  private constructor(
    private readonly services: Services,
    private readonly topic: string,
    readonly databaseUrl: string,
    readonly gatewayPort: number,
    readonly apiPort: number,
  ) {}

  /** The database, migrated; no role runs yet. */
  static async create(services: Services, topic: string): Promise<PipelineRoles> {
    const databaseUrl = await services.createDatabase(databaseOf(topic));
    await migrate(databaseUrl);
    const [gatewayPort = 0, apiPort = 0] = await freePorts(2);
    return new PipelineRoles(services, topic, databaseUrl, gatewayPort, apiPort);
  }

  /** Resolves when it is ready. `environment` goes beyond where its database, topic and ports are. */
  async start(
    role: string,
    environment: Readonly<Record<string, string>> = {},
    nodeArgs: readonly string[] = [],
  ): Promise<RoleProcess> {
    const [adminPort = 0] = await freePorts(1);
    const where = {
      DATABASE_URL: this.databaseUrl,
      KAFKA_BROKERS: this.services.brokers.join(),
      KAFKA_TOPIC: this.topic,
      KAFKA_GROUP: this.topic,
      GATEWAY_PROCESSES: '1',
      GATEWAY_PORT: String(this.gatewayPort),
      API_PORT: String(this.apiPort),
    };
    const started = await RoleProcess.start(role, adminPort, { ...where, ...environment }, nodeArgs);
    this.#roles.push(started);
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#roles.map((role) => role.stop()));
    await this.services.dropDatabase(databaseOf(this.topic));
  }
}

function databaseOf(topic: string): string {
  return topic.replaceAll('-', '_');
}
