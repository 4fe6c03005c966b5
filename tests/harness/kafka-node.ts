import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openSync, closeSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface KafkaNodeOptions {
  readonly id: number;
  /** Nodes in the cluster. */
  readonly nodes: number;
  readonly clusterId: string;
  readonly classpath: string;
  readonly directory: string;
  readonly clientPort: number;
  readonly controllerPort: number;
  readonly proxiedPort: number;
  /** The port that the second listener advertises: a proxy's. */
  readonly advertisedProxyPort: number | undefined;
  readonly voters: readonly string[];
  /** Listeners besides the plain ones. */
  readonly listeners: readonly KafkaListener[];
  /** Users that SCRAM knows from the beginning. */
  readonly scramUsers: readonly ScramUser[];
}

export interface KafkaListener {
  /** In capitals. */
  readonly name: string;
  readonly protocol: 'SSL' | 'SASL_SSL' | 'SASL_PLAINTEXT';
  readonly port: number;
  /** Settings of this listener alone, without its prefix. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface ScramUser {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly name: string;
  readonly password: string;
}

/** Kafka's ids are 16 random bytes in base64url; its own never begin with a dash. */
export function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

/**
 * Runs java and watches the pipe from the test runner: when the runner is gone, however it died, the broker is killed and
 * its directory removed. The broker's own end lifts the watch.
 */
const WATCHED = `
exec 3<&0
dir=$1; shift
"$@" </dev/null 3<&- >&2 &
broker=$!
echo "$broker"
exec >/dev/null
( read -r line <&3 || { trap '' TERM; kill -9 "$broker"; rm -rf "$dir"; rmdir "$(dirname "$dir")"; } ) 2>/dev/null &
watch=$!
exec 3<&-
wait "$broker"
kill "$watch"
`;

const JVM = ['-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const START_TIMEOUT_MS = 120_000;

/** One broker and controller in a process of its own. */
export class KafkaNode {
  readonly clientPort: number;
  readonly #options: KafkaNodeOptions;
  #process: ChildProcess | undefined;
  #pid: number | undefined;

  constructor(options: KafkaNodeOptions) {
    this.#options = options;
    this.clientPort = options.clientPort;
  }

  get pid(): number | undefined {
    return this.#pid;
  }

  get #settings(): string {
    return join(this.#options.directory, 'server.properties');
  }

  /** Writes the settings and formats the storage. */
  async format(): Promise<void> {
    await mkdir(this.#options.directory, { recursive: true });
    await writeFile(this.#settings, serverProperties(this.#options));
    await promisify(execFile)('java', [
      ...JVM,
      '-cp',
      this.#options.classpath,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      this.#options.clusterId,
      '-c',
      this.#settings,
      ...this.#options.scramUsers.flatMap(({ mechanism, name, password }) => [
        '--add-scram',
        `${mechanism}=[name=${name},password=${password}]`,
      ]),
    ]);
  }

  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    const logFile = join(this.#options.directory, 'broker.log');
    const log = openSync(logFile, 'a');
    const wrapper = spawn(
      'sh',
      [
        '-c',
        WATCHED,
        'kafka-watch',
        this.#options.directory,
        'java',
        ...JVM,
        `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'kafka/log4j2.properties')}`,
        '-cp',
        this.#options.classpath,
        'kafka.Kafka',
        this.#settings,
      ],
      // The broker's own output goes to stderr's file: stdout carries its pid alone.
      { stdio: ['pipe', 'pipe', log], detached: true },
    );
    closeSync(log);
    this.#process = wrapper;
    wrapper.stdin?.on('error', () => undefined);
    wrapper.once('exit', () => {
      if (this.#process === wrapper) {
        this.#process = undefined;
        this.#pid = undefined;
      }
    });
    this.#pid = await firstLine(wrapper);
    await this.#listening(logFile);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#pid !== undefined) process.kill(this.#pid, signal);
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (running === undefined || this.#pid === undefined) return;
    const exited = once(running, 'exit');
    this.signal(signal);
    await exited;
  }

  async #listening(logFile: string): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await accepts(this.#options.clientPort))) {
      if (this.#process === undefined || Date.now() > deadline) {
        const log = await readFile(logFile, 'utf8').catch(() => '');
        throw new Error(`Kafka node ${this.#options.id} did not start:\n${log.slice(-3_000)}`);
      }
      await delay(100);
    }
  }
}

async function firstLine(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('no pipe from the broker');
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume();
    return Number(line);
  }
  throw new Error('the broker ended at once');
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function serverProperties(options: KafkaNodeOptions): string {
  const proxied = options.advertisedProxyPort !== undefined;
  const others = options.listeners;
  const otherAddresses = others.map(({ name, port }) => `${name}://127.0.0.1:${port}`);
  const listeners = [
    `PLAINTEXT://127.0.0.1:${options.clientPort}`,
    ...(proxied ? [`PROXIED://127.0.0.1:${options.proxiedPort}`] : []),
    ...otherAddresses,
  ];
  const advertised = [
    `PLAINTEXT://127.0.0.1:${options.clientPort}`,
    ...(proxied ? [`PROXIED://127.0.0.1:${options.advertisedProxyPort}`] : []),
    ...otherAddresses,
  ];
  const replication = Math.min(3, options.nodes);
  const minInSync = replication >= 3 ? 2 : 1;
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': options.id,
    'controller.quorum.voters': options.voters.join(','),
    listeners: [...listeners, `CONTROLLER://127.0.0.1:${options.controllerPort}`].join(','),
    'advertised.listeners': advertised.join(','),
    'listener.security.protocol.map': [
      'PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT',
      ...others.map(({ name, protocol }) => `${name}:${protocol}`),
    ].join(','),
    ...Object.fromEntries(
      others.flatMap(({ name, settings }) =>
        Object.entries(settings).map(([key, value]) => [`listener.name.${name.toLowerCase()}.${key}`, value]),
      ),
    ),
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(options.directory, 'data'),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    // A killed broker that comes back has to wait until its old session is over.
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 500,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': replication,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': minInSync,
    'share.coordinator.state.topic.replication.factor': replication,
    'share.coordinator.state.topic.min.isr': minInSync,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
