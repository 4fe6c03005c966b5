import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CertificateAuthority, type Certificate } from './certificates.js';
import { freePorts } from './free-ports.js';
import { kafkaJars } from './kafka-jars.js';
import { startKafka, type KafkaHandle } from './kafka.js';
import type { KafkaListener } from './kafka-node.js';

/** Known to every mechanism. kafka-storage takes passwords apart at `,` and `]`. */
export const USER = { name: 'meterpulse', password: 'hunter2' } as const;

/** How long an authentication by SCRAM-SHA-512 lasts. */
export const SESSION_MS = 5_000;

export interface SecuredKafka {
  readonly kafka: KafkaHandle;
  readonly caFile: string;
  /** Of a CA that no broker knows. */
  readonly otherCaFile: string;
  readonly client: Certificate;
  readonly strangeClient: Certificate;
  readonly directory: string;
  /** `host:port` by listener. */
  readonly listeners: Readonly<Record<ListenerName, string>>;
  /** Of the user, for SCRAM-SHA-256. */
  setPassword(password: string): Promise<void>;
  stop(): Promise<void>;
}

const NAMES = ['SSL', 'MUTUAL', 'EXPIRED', 'OTHERNAME', 'SASL', 'SASLPLAIN'] as const;
type ListenerName = (typeof NAMES)[number];

/** A Kafka of one node with a listener of each kind, and some with certificates that nobody should take. */
export async function startSecuredKafka(): Promise<SecuredKafka> {
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-certificates-'));
  const [ca, other] = await Promise.all([
    CertificateAuthority.create(directory, 'ca'),
    CertificateAuthority.create(directory, 'other-ca'),
  ]);
  const here = 'DNS:localhost,IP:127.0.0.1';
  const broker = await ca.issue({ name: 'broker', names: here });
  const expired = await ca.issue({ name: 'expired', names: here, days: -1 });
  const otherName = await ca.issue({ name: 'other-name', names: 'DNS:kafka.example.com' });
  const client = await ca.issue({ name: 'client' });
  const strangeClient = await other.issue({ name: 'strange-client' });
  const ports = await freePorts(NAMES.length);
  const tls = ({ bothFile }: Certificate): Record<string, string> => ({
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': bothFile,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': ca.caFile,
  });
  const listeners: readonly Omit<KafkaListener, 'port'>[] = [
    { name: 'SSL', protocol: 'SSL', settings: tls(broker) },
    { name: 'MUTUAL', protocol: 'SSL', settings: { ...tls(broker), 'ssl.client.auth': 'required' } },
    { name: 'EXPIRED', protocol: 'SSL', settings: tls(expired) },
    { name: 'OTHERNAME', protocol: 'SSL', settings: tls(otherName) },
    { name: 'SASL', protocol: 'SASL_SSL', settings: { ...tls(broker), ...SASL } },
    { name: 'SASLPLAIN', protocol: 'SASL_PLAINTEXT', settings: SASL },
  ];
  const scramUsers = (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map((mechanism) => ({
    mechanism,
    ...USER,
  }));
  const kafka = await startKafka({
    listeners: listeners.map((listener, index) => ({ ...listener, port: ports[index] ?? 0 })),
    scramUsers,
  });
  const address = (name: ListenerName): string => `127.0.0.1:${ports[NAMES.indexOf(name)] ?? 0}`;
  return {
    kafka,
    caFile: ca.caFile,
    otherCaFile: other.caFile,
    client,
    strangeClient,
    directory,
    listeners: Object.fromEntries(NAMES.map((name) => [name, address(name)])) as Record<ListenerName, string>,
    setPassword: (password) => alterScramPassword(kafka.brokers, password),
    stop: async () => {
      await kafka.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const SASL: Readonly<Record<string, string>> = {
  'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
  'plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required user_${USER.name}="${USER.password}";`,
  'scram-sha-256.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  'scram-sha-512.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  'scram-sha-512.connections.max.reauth.ms': String(SESSION_MS),
};

async function alterScramPassword(brokers: readonly string[], password: string): Promise<void> {
  await promisify(execFile)('java', [
    '-XX:TieredStopAtLevel=1',
    '-cp',
    join(await kafkaJars(), '*'),
    'kafka.admin.ConfigCommand',
    ...[
      '--bootstrap-server',
      brokers.join(),
      '--alter',
      '--entity-type',
      'users',
      '--entity-name',
      USER.name,
    ],
    ...['--add-config', `SCRAM-SHA-256=[password=${password}]`],
  ]);
}
