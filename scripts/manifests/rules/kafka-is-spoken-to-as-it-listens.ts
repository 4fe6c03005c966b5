import { loadConfig } from '../../../config/config.js';
import { containerFaults } from '../container-faults.js';
import { environmentOf } from '../environment-of.js';
import { listenerOf, type KafkaListener } from '../kafka-listener.js';
import { kafkaRights } from '../kafka-rights.js';
import { userFaults } from '../kafka-users.js';
import { roles, type Container, type Manifest, type Workload } from '../manifest.js';
import { mountedSecret } from '../mounted-secret.js';
import type { Rule } from '../rule.js';
import { scalerFaults } from '../scaler-of-lag.js';

export const kafkaIsSpokenToAsItListens: Rule = {
  promise:
    'roles and scalers speak to a Kafka of the overlay as its listener demands: by TLS and its CA, as a user with the rights that they need',
  broken: (manifests) => [
    ...containerFaults(roles(manifests), (container, workload) => faults(workload, container, manifests)),
    ...scalerFaults(manifests),
  ],
};

function faults(workload: Workload, container: Container, manifests: readonly Manifest[]): string[] {
  const environment = environmentOf(container, manifests);
  const listener = listenerOf(environment.get('KAFKA_BROKERS') ?? '', manifests);
  if (listener === undefined) return [];
  if ('missing' in listener) return [listener.missing];
  const hasUsers = listener.authentication !== undefined;
  const needed = `${hasUsers ? 'SASL_' : ''}${listener.tls ? 'SSL' : 'PLAINTEXT'}`;
  const given = environment.get('KAFKA_SECURITY_PROTOCOL') ?? 'PLAINTEXT';
  if (given !== needed) return [`KAFKA_SECURITY_PROTOCOL is ${given}, and its listener speaks ${needed}`];
  const file = (name: string): string => {
    const found = mountedSecret(environment.get(name) ?? '', container, workload);
    return found === undefined ? 'no Secret' : `${found.secret}, ${found.key}`;
  };
  const { KAFKA_TOPIC, KAFKA_GROUP } = loadConfig({}, false).config;
  const topic = environment.get('KAFKA_TOPIC') ?? KAFKA_TOPIC;
  const group = environment.get('KAFKA_GROUP') ?? KAFKA_GROUP;
  const user = environment.get('KAFKA_SASL_USERNAME') ?? '';
  return [
    ...(listener.tls ? wrong('KAFKA_TLS_CA_FILE', file, `${listener.kafka}-cluster-ca-cert, ca.crt`) : []),
    ...(hasUsers
      ? [
          ...mechanismFaults(listener, environment.get('KAFKA_SASL_MECHANISM')),
          ...wrong('KAFKA_SASL_PASSWORD_FILE', file, `${user}, password`),
          ...userFaults(user, kafkaRights(container.args, topic, group), manifests),
        ]
      : []),
  ];
}

function wrong(name: string, file: (name: string) => string, expected: string): string[] {
  const found = file(name);
  return found === expected ? [] : [`${name} is of ${found}, expected ${expected}`];
}

function mechanismFaults({ authentication = '' }: KafkaListener, given: string | null | undefined): string[] {
  const expected = authentication.toUpperCase();
  return given === expected ? [] : [`KAFKA_SASL_MECHANISM is ${given ?? 'not set'}, expected ${expected}`];
}
