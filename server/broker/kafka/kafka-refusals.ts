import { TLS_REFUSALS, tlsRefusalOf, tlsRemedy } from '../../../helpers/tls-refusals.js';
import { causesOf } from './causes-of.js';

/** Brokers are there and don't let this client in: what is wrong, and what to do. */
export interface KafkaRefusal {
  readonly meaning: string;
  readonly remedy: string;
}

/** By the broker's name of the error, or by the code of ours. */
export const KAFKA_REFUSALS: Readonly<Record<string, KafkaRefusal>> = {
  SASL_AUTHENTICATION_FAILED: {
    meaning: 'it refuses the user name or the password',
    remedy:
      'Correct KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, or the file of KAFKA_SASL_PASSWORD_FILE, which is read again for each connection; KAFKA_SASL_MECHANISM has to be one that the user was made for.',
  },
  UNSUPPORTED_SASL_MECHANISM: {
    meaning: 'its listener does not offer the SASL mechanism',
    remedy: 'Set KAFKA_SASL_MECHANISM to one that the listener offers.',
  },
  ILLEGAL_SASL_STATE: {
    meaning: 'its listener takes no SASL, or demands it',
    remedy:
      'Set KAFKA_SECURITY_PROTOCOL to what the listener speaks, or name another listener in KAFKA_BROKERS.',
  },
  TLS_LISTENER: {
    meaning: 'its listener speaks TLS',
    remedy: 'Set KAFKA_SECURITY_PROTOCOL to SSL or SASL_SSL, or name a plain listener in KAFKA_BROKERS.',
  },
  SECURITY_FILE: {
    meaning: 'a file that the connection needs is not to be had',
    remedy: 'Look at the file: it is read for each connection, and taken as soon as it is right.',
  },
  TOPIC_AUTHORIZATION_FAILED: {
    meaning: 'it does not allow this user the topic',
    remedy: 'Give the user the rights on KAFKA_TOPIC that docs/managed-services.md lists.',
  },
  GROUP_AUTHORIZATION_FAILED: {
    meaning: 'it does not allow this user the consumer group',
    remedy: 'Give the user the rights on KAFKA_GROUP that docs/managed-services.md lists.',
  },
  CLUSTER_AUTHORIZATION_FAILED: {
    meaning: 'it does not allow this user that',
    remedy: 'Give the user the rights on the cluster that docs/managed-services.md lists.',
  },
};

/** undefined: brokers, or the way to them, are gone, or it is something else altogether. */
export function kafkaRefusalOf(error: unknown): KafkaRefusal | undefined {
  for (const each of causesOf(error)) {
    const { type, code } = each as Error & { type?: unknown; code?: unknown };
    for (const name of [type, code]) {
      if (typeof name === 'string' && Object.hasOwn(KAFKA_REFUSALS, name)) return KAFKA_REFUSALS[name];
    }
    const refusal = tlsRefusalOf(each);
    if (refusal !== undefined) {
      return { meaning: TLS_REFUSALS[refusal].meaning, remedy: tlsRemedy(refusal, 'KAFKA') };
    }
  }
  return undefined;
}
