import { z } from 'zod';
import { listed } from './listed.js';
import { pemFile, secret, secretFile } from './secret-variables.js';
import { upperCase } from './upper-case.js';
import { wholeNumber } from './whole-number.js';

const hostPorts = () =>
  listed().refine((list) => list.length > 0 && list.every((part) => /^[^\s:]+:\d{1,5}$/.test(part)), {
    error: 'host:port, several separated by commas',
  });

/** Where Kafka is and how to use it; part of `environmentSchema`. */
export const kafkaVariables = {
  KAFKA_BROKERS: hostPorts()
    .optional()
    .describe(
      'Bootstrap brokers, `host:port`, comma-separated. Unset: the message log is the PostgreSQL inbox.',
    ),
  KAFKA_SECURITY_PROTOCOL: upperCase(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'])
    .default('PLAINTEXT')
    .describe(
      'What the listeners of KAFKA_BROKERS speak, as in Kafka’s own `security.protocol`: with `SSL` TLS, with `SASL` a user and a password. Default: `PLAINTEXT`.',
    ),
  KAFKA_TLS_CA_FILE: pemFile()
    .optional()
    .describe(
      'Certificates of the CAs, in PEM, of which one has to have signed those of the brokers. Unset: the CAs that Node.js trusts. Read for each connection.',
    ),
  KAFKA_TLS_CERT_FILE: pemFile()
    .optional()
    .describe(
      'Certificate with which this process names itself to brokers, in PEM, with those between it and its CA. Read for each connection, as its key.',
    ),
  KAFKA_TLS_KEY_FILE: pemFile()
    .optional()
    .describe('Private key of KAFKA_TLS_CERT_FILE, in PEM, without a passphrase.'),
  KAFKA_TLS_SERVERNAME: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,253}$/, { error: 'a host name' })
    .optional()
    .describe(
      'Name that the certificates of all brokers have to have. Unset: each the host it is reached by. For tunnels.',
    ),
  KAFKA_SASL_MECHANISM: upperCase(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])
    .optional()
    .describe('How the password is shown to the brokers: as it is, or by a proof.'),
  KAFKA_SASL_USERNAME: secret('a user name').optional().describe('User; where keys are used, the key.'),
  KAFKA_SASL_PASSWORD: secret('a password')
    .optional()
    .describe('Its password; where keys are used, the secret.'),
  KAFKA_SASL_PASSWORD_FILE: secretFile('KAFKA_SASL_PASSWORD'),
  KAFKA_SASL_PLAIN_WITHOUT_TLS: z
    .enum(['true', 'false'], { error: 'true or false' })
    .default('false')
    .describe(
      'Whether KAFKA_SASL_MECHANISM=PLAIN may go without TLS: whoever is on the way reads the password.',
    ),
  KAFKA_TOPIC: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,249}$/, { error: 'a topic name: letters, digits, . _ -, at most 249' })
    .default('meter-readings')
    .describe('The topic; also the name under which positions are stored.'),
  KAFKA_PARTITIONS: wholeNumber(1, 1000)
    .default(12)
    .describe('Partitions of the topic when `migrate` creates it: the most workers that can share the load.'),
  KAFKA_REPLICATION: wholeNumber(1, 9)
    .default(1)
    .describe(
      'Replicas of the topic when `migrate` creates it. 3 in production: min.insync.replicas is then 2.',
    ),
  KAFKA_RETENTION_HOURS: wholeNumber(1, 87_600)
    .default(168)
    .describe('How long the topic keeps records: the span that can be replayed.'),
  KAFKA_GROUP: z
    .string()
    .min(1, { error: 'a consumer group name' })
    .default('meterpulse-workers')
    .describe('Consumer group of the workers.'),
  KAFKA_SESSION_TIMEOUT_MS: wholeNumber(6_000, 300_000)
    .default(30_000)
    .describe('A worker that is silent this long loses its partitions. Above the longest flush.'),
};
