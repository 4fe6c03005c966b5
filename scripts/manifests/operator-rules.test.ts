import { describe, expect, it } from 'vitest';
import { plantableFixture, type Path } from './fixtures/plantable-fixture.js';
import { parseManifests, type Manifest } from './manifest.js';
import { OPERATOR_RULES } from './rules.js';

const { text: GOOD, broken } = plantableFixture('role-on-operators.yaml');

function complaints(manifests: readonly Manifest[]): string[] {
  return OPERATOR_RULES.flatMap((rule) => rule.broken(manifests));
}

const variable = (name: string): Path => ['data', name];
const acl = (index: number): Path => ['spec', 'authorization', 'acls', index];
const listener: Path = ['spec', 'kafka', 'listeners', 0];
const trigger: Path = ['spec', 'triggers', 0];

const CASES: readonly [object: string, path: Path, value: unknown, complaint: string][] = [
  [
    'ConfigMap meterpulse',
    variable('KAFKA_SECURITY_PROTOCOL'),
    undefined,
    'Deployment worker, worker: KAFKA_SECURITY_PROTOCOL is PLAINTEXT, and its listener speaks SASL_SSL',
  ],
  ['ConfigMap meterpulse', variable('KAFKA_SECURITY_PROTOCOL'), 'SSL', 'its listener speaks SASL_SSL'],
  ['Kafka meterpulse', [...listener, 'tls'], false, 'its listener speaks SASL_PLAINTEXT'],
  ['Kafka meterpulse', [...listener, 'authentication'], undefined, 'its listener speaks SSL'],
  [
    'ConfigMap meterpulse',
    variable('KAFKA_BROKERS'),
    'meterpulse-kafka-bootstrap:9092',
    'Kafka meterpulse has no listener at 9092',
  ],
  [
    'ConfigMap meterpulse',
    variable('KAFKA_TLS_CA_FILE'),
    '/run/secrets/database-ca/ca.crt',
    'KAFKA_TLS_CA_FILE is of meterpulse-db-ca, ca.crt, expected meterpulse-cluster-ca-cert, ca.crt',
  ],
  [
    'ConfigMap meterpulse',
    variable('KAFKA_TLS_CA_FILE'),
    '/run/secrets/kafka-ca/tls.crt',
    'KAFKA_TLS_CA_FILE is of no Secret',
  ],
  [
    'ConfigMap meterpulse',
    variable('KAFKA_SASL_MECHANISM'),
    'SCRAM-SHA-256',
    'KAFKA_SASL_MECHANISM is SCRAM-SHA-256, expected SCRAM-SHA-512',
  ],
  ['ConfigMap meterpulse', variable('KAFKA_SASL_USERNAME'), 'nobody', 'there is no KafkaUser nobody'],
  [
    'ConfigMap meterpulse',
    variable('KAFKA_SASL_USERNAME'),
    'meterpulse-scaler',
    'KAFKA_SASL_PASSWORD_FILE is of meterpulse, password, expected meterpulse-scaler, password',
  ],
  ['KafkaUser meterpulse', [], null, 'Deployment worker, worker: there is no KafkaUser meterpulse'],
  [
    'KafkaUser meterpulse',
    ['metadata', 'labels', 'strimzi.io/cluster'],
    'other',
    'KafkaUser meterpulse is of the Kafka other, which there is not',
  ],
  ['KafkaUser meterpulse', ['spec', 'authentication', 'type'], 'tls', 'KafkaUser meterpulse has no password'],
  [
    'KafkaUser meterpulse',
    [...acl(0), 'operations'],
    ['Describe', 'DescribeConfigs', 'Write'],
    'Deployment worker, worker: KafkaUser meterpulse may not Read on the topic meter-readings',
  ],
  [
    'KafkaUser meterpulse',
    [...acl(1), 'resource', 'name'],
    'workers',
    'KafkaUser meterpulse may not Read on the group meterpulse-workers',
  ],
  [
    'ConfigMap meterpulse',
    variable('KAFKA_TOPIC'),
    'readings',
    'Deployment worker, schema: KafkaUser meterpulse may not Describe on the topic readings',
  ],
  [
    'ScaledObject worker',
    [...trigger, 'metadata', 'tls'],
    undefined,
    'ScaledObject worker: tls is disable, and the listener needs enable',
  ],
  [
    'ScaledObject worker',
    [...trigger, 'metadata', 'sasl'],
    'scram_sha256',
    'sasl is scram_sha256, and the listener needs scram_sha512',
  ],
  [
    'ScaledObject worker',
    [...trigger, 'metadata', 'bootstrapServers'],
    'meterpulse-kafka-bootstrap.meterpulse.svc:9092',
    'ScaledObject worker: Kafka meterpulse has no listener at 9092',
  ],
  ['ScaledObject worker', [...trigger, 'authenticationRef'], undefined, 'there is no KafkaUser'],
  [
    'TriggerAuthentication meterpulse-scaler',
    [],
    null,
    'there is no TriggerAuthentication meterpulse-scaler',
  ],
  [
    'TriggerAuthentication meterpulse-scaler',
    ['spec', 'secretTargetRef', 0, 'name'],
    'meterpulse',
    'its password is Secret meterpulse, password, expected Secret meterpulse-scaler, password',
  ],
  [
    'TriggerAuthentication meterpulse-scaler',
    ['spec', 'secretTargetRef', 1],
    undefined,
    'its ca is of nothing, expected Secret meterpulse-cluster-ca-cert, ca.crt',
  ],
  [
    'KafkaUser meterpulse-scaler',
    [...acl(1), 'operations'],
    ['Read'],
    'KafkaUser meterpulse-scaler may not Describe on the group meterpulse-workers',
  ],
  [
    'ConfigMap meterpulse',
    variable('DATABASE_TLS_CA_FILE'),
    undefined,
    'Deployment worker, schema: DATABASE_TLS_CA_FILE is not ca.crt of the Secret meterpulse-db-ca',
  ],
  [
    'ConfigMap meterpulse',
    variable('DATABASE_TLS_CA_FILE'),
    '/run/secrets/kafka-ca/ca.crt',
    'DATABASE_TLS_CA_FILE is not ca.crt of the Secret meterpulse-db-ca',
  ],
  [
    'ConfigMap meterpulse',
    variable('DATABASE_URL'),
    'postgres://meterpulse@meterpulse-db-rw:5432/meterpulse?sslmode=verify-ca',
    'DATABASE_URL does not check its server in full',
  ],
];

describe('the rules of what operators make', () => {
  it('take what keeps to them', () => {
    expect(complaints(parseManifests(GOOD))).toEqual([]);
  });

  it.each(CASES)('see what is wrong with %s where %j is %j', (object, path, value, complaint) => {
    expect(complaints(broken(object, path, value)).join('\n')).toContain(complaint);
  });

  it.each(OPERATOR_RULES)('$promise: is broken by a case above', (rule) => {
    const breaking = CASES.filter(
      ([object, path, value]) => rule.broken(broken(object, path, value)).length > 0,
    );
    expect(breaking).not.toEqual([]);
  });
});
