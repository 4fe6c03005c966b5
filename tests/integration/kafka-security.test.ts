import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { MessageLog } from '../../server/broker/message-log.js';
import { kafkaRefusalOf } from '../../server/broker/kafka/kafka-refusals.js';
import { ProduceConnection } from '../../server/broker/kafka/produce/produce-connection.js';
import type { KafkaSecurity, SaslMechanism } from '../../server/broker/kafka/security/kafka-security.js';
import { ensureTopic } from '../../server/broker/kafka/topic.js';
import { readSecretFile } from '../../helpers/read-secret-file.js';
import { CollectingConsumer } from '../harness/collecting-consumer.js';
import { eventually } from '../harness/eventually.js';
import { kafkaBrokers } from '../harness/kafka.js';
import { KafkaTopic, openKafkaLog, type OpenOptions } from '../harness/kafka-topic.js';
import { SESSION_MS, startSecuredKafka, USER, type SecuredKafka } from '../harness/secured-kafka.js';
import { numbered } from './message-log.contract.js';

const missing = inject('kafkaMissing') ?? '';

type Listener = keyof SecuredKafka['listeners'];

describe.skipIf(kafkaBrokers() === undefined)(`the Kafka message log behind TLS and SASL ${missing}`, () => {
  let secured: SecuredKafka;
  let topic: KafkaTopic;
  const logs: MessageLog[] = [];

  beforeAll(async () => {
    secured = await startSecuredKafka();
    topic = await KafkaTopic.create(secured.kafka.brokers, { partitions: 3 });
  });
  afterEach(() => Promise.all(logs.splice(0).map((log) => log.close())));
  afterAll(() => secured.stop());

  const open = (listener: Listener, security: KafkaSecurity, more: OpenOptions = {}): MessageLog => {
    const log = openKafkaLog([secured.listeners[listener]], topic.name, { ...more, security });
    logs.push(log);
    return log;
  };
  const sasl = (mechanism: SaslMechanism, password: () => string = () => USER.password): KafkaSecurity => ({
    sasl: { mechanism, username: USER.name, password },
  });
  const trusting = (): KafkaSecurity => ({ tls: { caFile: secured.caFile } });
  const withClient = ({ certFile, keyFile }: { certFile: string; keyFile: string }): KafkaSecurity => ({
    tls: { caFile: secured.caFile, certFile, keyFile },
  });

  it.each<[string, Listener, () => KafkaSecurity]>([
    ['TLS', 'SSL', trusting],
    ['TLS with a certificate of its own', 'MUTUAL', () => withClient(secured.client)],
    [
      'TLS by another name',
      'OTHERNAME',
      () => ({ tls: { ...trusting().tls, serverName: 'kafka.example.com' } }),
    ],
    ['SASL PLAIN over TLS', 'SASL', () => ({ ...trusting(), ...sasl('PLAIN') })],
    ['SCRAM-SHA-256 over TLS', 'SASL', () => ({ ...trusting(), ...sasl('SCRAM-SHA-256') })],
    ['SCRAM-SHA-512 over TLS', 'SASL', () => ({ ...trusting(), ...sasl('SCRAM-SHA-512') })],
    ['SCRAM-SHA-256 alone', 'SASLPLAIN', () => sasl('SCRAM-SHA-256')],
  ])('publishes and consumes over %s', async (means, listener, security) => {
    const messages = numbered(200, 17).map(({ key, value }) => ({ key, value: `${means}: ${value}` }));
    await open(listener, security()).publish(messages);
    const consumer = new CollectingConsumer(open(listener, security()));
    const received = (): (string | null)[] =>
      consumer.values.filter((value) => value?.startsWith(`${means}: `) === true);
    try {
      await eventually(() => {
        expect(new Set(received())).toEqual(new Set(messages.map(({ value }) => value)));
      });
    } finally {
      // Another one of the same group would wait for its partitions.
      await consumer.stop();
    }
  });

  it('prepares a topic over TLS and SASL, as `migrate` does', async () => {
    const options = {
      partitions: 1,
      replication: 1,
      retentionMs: 3_600_000,
      logger: pino({ level: 'silent' }),
    };
    const security = { ...trusting(), ...sasl('SCRAM-SHA-512') };
    const brokers = [secured.listeners.SASL];
    await ensureTopic({ ...options, brokers, security, topic: `${topic.name}-made` });
    await expect(
      ensureTopic({
        ...options,
        brokers,
        security: { ...trusting(), ...sasl('PLAIN', () => 'x') },
        topic: 'no',
      }),
    ).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      remedy: expect.stringContaining('KAFKA_SASL_PASSWORD') as unknown,
    });
  });

  it('goes on when the time of an authentication is over, without losing a write', async () => {
    const log = open('SASL', { ...trusting(), ...sasl('SCRAM-SHA-512') });
    const until = performance.now() + 2.5 * SESSION_MS;
    while (performance.now() < until) await log.publish(numbered(5, 3));
  });

  it.each<[string, Listener, () => KafkaSecurity, RegExp, RegExp]>([
    [
      'a wrong password',
      'SASL',
      () => ({ ...trusting(), ...sasl('PLAIN', () => 'wr0ng') }),
      /refuses the user name or the password/,
      /KAFKA_SASL_PASSWORD_FILE/,
    ],
    [
      'a wrong password, by SCRAM',
      'SASL',
      () => ({ ...trusting(), ...sasl('SCRAM-SHA-256', () => 'wr0ng') }),
      /refuses the user name or the password/,
      /KAFKA_SASL_USERNAME/,
    ],
    [
      'an unknown CA',
      'SSL',
      () => ({ tls: { caFile: secured.otherCaFile } }),
      /signed by a CA that is not trusted/,
      /KAFKA_TLS_CA_FILE/,
    ],
    ['no CA', 'SSL', () => ({ tls: {} }), /signed by a CA that is not trusted/, /KAFKA_TLS_CA_FILE/],
    ['an expired certificate', 'EXPIRED', trusting, /has expired/, /Renew/],
    ['a certificate of another name', 'OTHERNAME', trusting, /is of another name/, /KAFKA_TLS_SERVERNAME/],
    ['TLS to a plain listener', 'SASLPLAIN', trusting, /./, /KAFKA_SECURITY_PROTOCOL/],
    ['plain Kafka to a listener with TLS', 'SSL', () => ({}), /./, /KAFKA_SECURITY_PROTOCOL/],
    ['no SASL where it is demanded', 'SASLPLAIN', () => ({}), /./, /KAFKA_SECURITY_PROTOCOL/],
    [
      'SASL where none is',
      'SSL',
      () => ({ ...trusting(), ...sasl('PLAIN') }),
      /takes no SASL/,
      /KAFKA_SECURITY_PROTOCOL/,
    ],
    ['no certificate where one is demanded', 'MUTUAL', trusting, /or demands one/, /KAFKA_TLS_CERT_FILE/],
    [
      'a certificate that brokers do not trust',
      'MUTUAL',
      () => withClient(secured.strangeClient),
      /refuses this client's certificate/,
      /KAFKA_TLS_CERT_FILE/,
    ],
    [
      'a certificate and a key that are not one',
      'MUTUAL',
      () => withClient({ certFile: secured.client.certFile, keyFile: secured.strangeClient.keyFile }),
      /isn't that of the key/,
      /KAFKA_TLS_KEY_FILE/,
    ],
    [
      'a file that is gone',
      'SSL',
      () => ({ tls: { caFile: join(secured.directory, 'gone') } }),
      /there is no such file/,
      /Look at the file/,
    ],
  ])('says of %s what it is, and what to do', async (_, listener, security, meaning, remedy) => {
    const said: string[] = [];
    const logger = pino({ level: 'error' }, { write: (line) => said.push(line) });
    const log = open(listener, security(), { logger, publishTimeoutMs: 2_000 });
    // What merely closes the connection may be an outage: a write tries again until its time is over.
    const isPlain = meaning.source !== '.';
    for (const attempt of [() => log.ping(), ...(isPlain ? [() => log.publish(numbered(1, 1))] : [])]) {
      const failure = await attempt().then(
        () => null,
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(MeterpulseError);
      expect(failure).toMatchObject({
        code: 'LOG_UNAVAILABLE',
        message: expect.stringMatching(meaning) as unknown,
        remedy: expect.stringMatching(remedy) as unknown,
      });
    }
    expect(said.join('')).not.toContain('wr0ng');
    // Whoever only waits is told once, not with each attempt.
    if (isPlain) expect(said).toHaveLength(1);
  });

  it.each<[string, Listener, () => KafkaSecurity, RegExp]>([
    [
      'a wrong password',
      'SASL',
      () => ({ ...trusting(), ...sasl('SCRAM-SHA-256', () => 'wr0ng') }),
      /user name or the password/,
    ],
    ['an unknown CA', 'SSL', () => ({ tls: { caFile: secured.otherCaFile } }), /CA that is not trusted/],
    ['a certificate of another name', 'OTHERNAME', trusting, /another name/],
    ['no certificate where one is demanded', 'MUTUAL', trusting, /or demands one/],
    ['SASL where none is', 'SSL', () => ({ ...trusting(), ...sasl('PLAIN') }), /takes no SASL/],
  ])('meets %s in the connection that writes, too', async (_, listener, security, meaning) => {
    const [host = '', port = ''] = secured.listeners[listener].split(':');
    const connection = new ProduceConnection({ host, port: Number(port) }, 'test', security());
    const failure = await connection
      .send({
        ...{ clientId: 'test', topic: topic.name, timeoutMs: 1_000, timestamp: 0 },
        partitions: new Map([[0, [{ key: 'k', value: 'v', keyBytes: 1, valueBytes: 1 }]]]),
      })
      .catch((error: unknown) => error);
    expect(kafkaRefusalOf(failure)?.meaning).toMatch(meaning);
    expect(connection.isUsable).toBe(false);
  });

  it('ends a worker that is refused when it starts, instead of waiting for what will not come', async () => {
    const consumer = new CollectingConsumer(
      open('SASL', { ...trusting(), ...sasl('SCRAM-SHA-256', () => 'wr0ng') }),
    );
    await expect(consumer.ended).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      message: expect.stringContaining('it refuses the user name or the password') as unknown,
    });
  });

  it('takes a password and a CA that changed in their files for new connections', async () => {
    const folder = join(secured.directory, 'mounted');
    await mkdir(folder);
    const [passwordFile, caFile] = [join(folder, 'password'), join(folder, 'ca.crt')];
    await Promise.all([writeFile(passwordFile, `${USER.password}\n`), cp(secured.caFile, caFile)]);
    const password = (): string => {
      const file = readSecretFile(passwordFile);
      return file.ok ? file.text : '';
    };
    const security = { tls: { caFile }, ...sasl('SCRAM-SHA-256', password) };
    const running = open('SASL', security, { publishTimeoutMs: 5_000 });
    await running.publish(numbered(5, 3));

    await secured.setPassword('rotated');
    await running.publish(numbered(5, 3));
    await expect(open('SASL', security).ping()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    await writeFile(passwordFile, 'rotated\n');
    const later = open('SASL', security);
    await later.publish(numbered(5, 3));

    await cp(secured.otherCaFile, caFile);
    await expect(open('SASL', security).ping()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    await cp(secured.caFile, caFile);
    await secured.kafka.kill();
    await secured.kafka.start();
    await eventually(() => later.publish(numbered(5, 3)));
    await secured.setPassword(USER.password);
  });
});
