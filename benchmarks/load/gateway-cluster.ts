import { Child } from '../child.js';
import { PipelineRoles } from '../pipeline-roles.js';
import { profilingTree } from '../profiling.js';
import type { Services } from '../services.js';

/** Several processes that take sockets on one port, and what they came with. */
export interface GatewayCluster extends AsyncDisposable {
  readonly port: number;
  /** Of the primary, the parent of the others. */
  readonly pid: number;
  /** Of what stores the readings; null: nobody does. */
  readonly workerPid: number | null;
  readonly databaseUrl: string | null;
}

/** `meterpulse gateway` and `meterpulse worker` as their user starts them, on a database of their own. */
export async function startProduct(
  services: Services,
  topic: string,
  processes: number,
): Promise<GatewayCluster> {
  const pipeline = await PipelineRoles.create(services, topic);
  try {
    const worker = await pipeline.start('worker', {}, profilingTree());
    const gateway = await pipeline.start(
      'gateway',
      { GATEWAY_PROCESSES: String(processes) },
      profilingTree(),
    );
    return {
      port: pipeline.gatewayPort,
      pid: gateway.pid,
      workerPid: worker.pid,
      databaseUrl: pipeline.databaseUrl,
      [Symbol.asyncDispose]: () => pipeline[Symbol.asyncDispose](),
    };
  } catch (error) {
    await pipeline[Symbol.asyncDispose]();
    throw error;
  }
}

/** A `node:cluster` of bare `ws` servers that publish by kafkajs; nobody consumes what they publish. */
export async function startFloor(
  services: Services,
  topic: string,
  processes: number,
): Promise<GatewayCluster> {
  const child = Child.start(
    'benchmarks/floors/bare-server',
    {
      KAFKA_BROKERS: services.brokers.join(),
      KAFKA_TOPIC: topic,
      BARE_PROCESSES: String(processes),
    },
    { nodeArgs: profilingTree() },
  );
  try {
    const { port } = await child.call<{ port: number }>('start');
    return {
      ...{ port, pid: child.pid, workerPid: null, databaseUrl: null },
      [Symbol.asyncDispose]: () => child.stop(),
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}
