/**
 * A real Apache Kafka (KRaft, no ZooKeeper) for tests. The jars come from Maven Central once a machine; without Java or
 * Maven the suites that need it are skipped with a reason, or fail where CI or KAFKA_REQUIRED is set.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { kafkaJars, kafkaUnavailable } from './kafka-jars.js';
import { KafkaNode, newClusterId, type KafkaListener, type ScramUser } from './kafka-node.js';
import { freePorts } from './free-ports.js';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js';

export { kafkaUnavailable };

export interface KafkaHandle {
  /** `host:port` of each node. */
  readonly brokers: string[];
  /** `host:port` of the listeners whose advertised addresses are the proxies'; empty without `proxied`. */
  readonly proxiedBrokers: string[];
  /** One for each node with `proxied`. */
  readonly proxies: readonly TcpProxy[];
  readonly pids: readonly (number | undefined)[];
  /** Waits for the exit. All nodes unless one is named. */
  kill(signal?: NodeJS.Signals, node?: number): Promise<void>;
  /** Starts what was killed, with the same ports and data; resolves when it takes connections. */
  start(node?: number): Promise<void>;
  /** SIGSTOP and SIGCONT: the node hangs with its connections open. */
  pause(node?: number): void;
  resume(node?: number): void;
  /** Kills and removes everything. */
  stop(): Promise<void>;
}

export interface KafkaOptions {
  /** Default 1. */
  readonly nodes?: number;
  /** Puts a TCP proxy before each node, on a listener of its own. */
  readonly proxied?: boolean;
  /** Of a single node: listeners besides the plain one. */
  readonly listeners?: readonly KafkaListener[];
  readonly scramUsers?: readonly ScramUser[];
}

/** Brokers of the shared Kafka, or undefined where Java is missing (see `inject('kafkaMissing')`). */
export function kafkaBrokers(): string[] | undefined {
  return inject('kafkaBrokers') ?? undefined;
}

export async function startKafka(options: KafkaOptions = {}): Promise<KafkaHandle> {
  const classpath = join(await kafkaJars(), '*');
  const count = options.nodes ?? 1;
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-kafka-'));
  const ports = await freePorts(count * 3);
  const proxies =
    options.proxied === true
      ? await Promise.all(
          Array.from({ length: count }, (_, index) =>
            startTcpProxy({ targetPort: ports[index * 3 + 2] ?? 0 }),
          ),
        )
      : [];
  const voters = Array.from(
    { length: count },
    (_, index) => `${index + 1}@127.0.0.1:${ports[index * 3 + 1] ?? 0}`,
  );
  const clusterId = newClusterId();
  const nodes = Array.from(
    { length: count },
    (_, index) =>
      new KafkaNode({
        id: index + 1,
        nodes: count,
        clusterId,
        classpath,
        directory: join(directory, `node-${index + 1}`),
        clientPort: ports[index * 3] ?? 0,
        controllerPort: ports[index * 3 + 1] ?? 0,
        proxiedPort: ports[index * 3 + 2] ?? 0,
        advertisedProxyPort: proxies[index]?.port,
        voters,
        listeners: options.listeners ?? [],
        scramUsers: options.scramUsers ?? [],
      }),
  );
  const chosen = (node?: number): KafkaNode[] => (node === undefined ? nodes : nodes.slice(node, node + 1));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill('SIGKILL')));
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all(nodes.map((node) => node.format()));
    await Promise.all(nodes.map((node) => node.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    brokers: nodes.map((node) => `127.0.0.1:${node.clientPort}`),
    proxiedBrokers: proxies.map((proxy) => `127.0.0.1:${proxy.port}`),
    proxies,
    get pids() {
      return nodes.map((node) => node.pid);
    },
    async kill(signal = 'SIGKILL', node?) {
      await Promise.all(chosen(node).map((one) => one.kill(signal)));
    },
    async start(node?) {
      await Promise.all(chosen(node).map((one) => one.start()));
    },
    pause: (node?) => chosen(node).forEach((one) => one.signal('SIGSTOP')),
    resume: (node?) => chosen(node).forEach((one) => one.signal('SIGCONT')),
    stop,
  };
}
