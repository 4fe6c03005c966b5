import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../../tests/harness/free-ports.js';
import { fetchMavenJars } from '../../tests/harness/maven-jars.js';
import { mavenVersion } from './peer-versions.js';
import { READINGS_TABLE } from './reading-records.js';

export interface DebeziumSinkOptions {
  /** Of connector and consumer group: another one each time, or it would go on where an earlier one ended. */
  readonly name: string;
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Beyond the connector's own defaults. */
  readonly settings: Readonly<Record<string, string>>;
  /** Of the consumer in Kafka Connect. */
  readonly consumer: Readonly<Record<string, string>>;
}

/** java -Xmx: more than it ever filled. */
const HEAP = '1g';
const LOOK_EVERY_MS = 50;
const ASK_EVERY_MS = 1_000;
const DEADLINE_MS = 120_000;

/** Debezium's JDBC sink in Kafka Connect's standalone mode, from Maven Central. */
export class DebeziumSink implements AsyncDisposable {
  #output = '';

  private constructor(
    private readonly process: ChildProcess,
    private readonly directory: string,
    private readonly statusUrl: string,
  ) {
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-4_000);
    };
    process.stdout?.on('data', keep);
    process.stderr?.on('data', keep);
  }

  static async start(options: DebeziumSinkOptions): Promise<DebeziumSink> {
    const jars = await debeziumJars();
    const directory = await mkdtemp(join(tmpdir(), 'meterpulse-debezium-'));
    const [port = 0] = await freePorts(1);
    await writeFile(
      join(directory, 'worker.properties'),
      properties(workerSettings(options, directory, port)),
    );
    await writeFile(join(directory, 'sink.properties'), properties(sinkSettings(options)));
    const child = spawn(
      'java',
      [
        `-Xmx${HEAP}`,
        '-cp',
        join(jars, '*'),
        'org.apache.kafka.connect.cli.ConnectStandalone',
        join(directory, 'worker.properties'),
        join(directory, 'sink.properties'),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    return new DebeziumSink(child, directory, `http://127.0.0.1:${port}/connectors/${options.name}/status`);
  }

  /** What the connector's task says of itself: null while it runs, or the first line of why it failed. */
  async failure(): Promise<string | null> {
    if (this.process.exitCode !== null) throw new Error(`Kafka Connect ended: ${this.#output}`);
    const answer = await fetch(this.statusUrl).catch(() => undefined);
    if (answer?.ok !== true) return null;
    const { tasks } = (await answer.json()) as { tasks: { state: string; trace?: string }[] };
    const failed = tasks.find(({ state }) => state === 'FAILED');
    if (failed === undefined) return null;
    const causes = (failed.trace ?? '').split('\n').filter((line) => line.startsWith('Caused by: '));
    return causes.at(-1) ?? failed.trace?.split('\n')[0] ?? 'failed';
  }

  /** Resolves with null when `done` does with true; with why, when the task fails before. Rejects after two minutes. */
  async until(done: () => Promise<boolean>): Promise<string | null> {
    const deadline = performance.now() + DEADLINE_MS;
    for (let asked = performance.now(); performance.now() < deadline;) {
      if (await done()) return null;
      // Each question costs the measured process some CPU.
      if (performance.now() - asked >= ASK_EVERY_MS) {
        asked = performance.now();
        const failure = await this.failure();
        if (failure !== null) return failure;
      }
      await delay(LOOK_EVERY_MS);
    }
    throw new Error(`Debezium stores nothing more, and does not say why: ${this.#output}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      // An ordered stop takes seconds, and it holds nothing that is needed.
      this.process.kill('SIGKILL');
      await ended;
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Throws where Java or Maven is missing, with what to install. */
async function debeziumJars(): Promise<string> {
  const jars = join(homedir(), '.cache/meterpulse-debezium', mavenVersion('debezium-connector-jdbc'), 'lib');
  for (const [program, flag, what] of [
    ['java', '-version', 'a JRE of version 17 or newer'],
    ['mvn', '-v', 'Maven, which fetches Debezium once'],
  ] as const) {
    if (spawnSync(program, [flag], { stdio: 'ignore' }).status === 0) continue;
    throw new Error(`the peer Debezium needs ${program}: install ${what}`);
  }
  await fetchMavenJars(join(import.meta.dirname, 'debezium/pom.xml'), jars);
  return jars;
}

function workerSettings(
  { brokers, consumer }: DebeziumSinkOptions,
  directory: string,
  port: number,
): Record<string, string> {
  return {
    'bootstrap.servers': brokers.join(),
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'true',
    'offset.storage.file.filename': join(directory, 'offsets'),
    listeners: `http://127.0.0.1:${port}`,
    'consumer.auto.offset.reset': 'earliest',
    ...Object.fromEntries(Object.entries(consumer).map(([name, value]) => [`consumer.${name}`, value])),
  };
}

function sinkSettings({ name, databaseUrl, topic, settings }: DebeziumSinkOptions): Record<string, string> {
  const { hostname, port, pathname, username, password } = new URL(databaseUrl);
  return {
    name,
    'connector.class': 'io.debezium.connector.jdbc.JdbcSinkConnector',
    topics: topic,
    'connection.url': `jdbc:postgresql://${hostname}:${port}${pathname}?reWriteBatchedInserts=true`,
    'connection.username': decodeURIComponent(username),
    'connection.password': decodeURIComponent(password),
    'collection.name.format': READINGS_TABLE,
    'insert.mode': 'upsert',
    'primary.key.mode': 'record_value',
    'primary.key.fields': 'id',
    'schema.evolution': 'none',
    ...settings,
  };
}

function properties(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('');
}
