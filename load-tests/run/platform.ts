import { compile } from '../../benchmarks/compile.js';
import { PipelineRoles } from '../../benchmarks/pipeline-roles.js';
import type { RoleProcess } from '../../benchmarks/role-process.js';
import { Services } from '../../benchmarks/services.js';
import { Topics } from '../../benchmarks/topics.js';
import { freePorts } from '../../tests/harness/free-ports.js';
import type { Target } from '../options/options.js';

const TOPIC = 'load-tests';

export interface OwnPlatform {
  readonly target: Target;
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly worker: RoleProcess;
  /** Process of each role; its children belong to it. */
  readonly pids: Readonly<Record<string, number>>;
}

/** Kafka, PostgreSQL and every role in processes of their own, for as long as `use` takes. */
export async function withOwnPlatform<Result>(
  gatewayProcesses: number,
  say: (line: string) => void,
  use: (platform: OwnPlatform) => Promise<Result>,
): Promise<Result> {
  say('compiling');
  compile();
  say('starting Kafka and PostgreSQL');
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const topic = await topics.create(TOPIC);
  await using roles = await PipelineRoles.create(services, topic);
  say(`starting gateway (${gatewayProcesses} processes), worker, API and live feed`);
  const [livePort = 0] = await freePorts(1);
  // One after the other: on few cores all at once would take as long, and each longer than it may.
  const gateway = await roles.start('gateway', { GATEWAY_PROCESSES: String(gatewayProcesses) });
  const worker = await roles.start('worker');
  const api = await roles.start('api');
  const live = await roles.start('live', { LIVE_PORT: String(livePort) });
  return await use({
    target: {
      gatewayUrl: `ws://127.0.0.1:${roles.gatewayPort}`,
      liveUrl: `ws://127.0.0.1:${livePort}`,
      apiUrl: `http://127.0.0.1:${roles.apiPort}`,
    },
    databaseUrl: roles.databaseUrl,
    brokers: services.brokers,
    topic,
    worker,
    pids: {
      gateway: gateway.pid,
      worker: worker.pid,
      api: api.pid,
      live: live.pid,
      kafka: services.kafkaPid,
      postgres: services.postgresPid,
    },
  });
}
