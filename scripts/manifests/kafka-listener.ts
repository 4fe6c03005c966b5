import { z } from 'zod';
import { ofKind, type Manifest } from './manifest.js';

const kafka = z.object({
  spec: z.object({
    kafka: z.object({
      listeners: z.array(
        z.object({
          port: z.number(),
          tls: z.boolean(),
          authentication: z.object({ type: z.string() }).optional(),
        }),
      ),
    }),
  }),
});

/** Of Strimzi. */
export interface KafkaListener {
  /** Of the Kafka whose it is. */
  readonly kafka: string;
  readonly tls: boolean;
  /** `scram-sha-512`; undefined where everybody gets in. */
  readonly authentication: string | undefined;
}

/**
 * The one that brokers are reached by.
 * @param brokers `meterpulse-kafka-bootstrap:9093`, several separated by commas
 * @returns undefined for a Kafka that the overlay doesn't have; `missing` with the port where it has it, and nothing listens there
 */
export function listenerOf(
  brokers: string,
  manifests: readonly Manifest[],
): KafkaListener | { readonly missing: string } | undefined {
  const [broker = ''] = brokers.split(',');
  const [host = '', port = ''] = broker.trim().split(':');
  const [service = ''] = host.split('.');
  const found = ofKind(manifests, 'Kafka').find(
    ({ metadata }) => service === `${metadata.name}-kafka-bootstrap`,
  );
  if (found === undefined) return undefined;
  const { name } = found.metadata;
  const listener = kafka.parse(found.whole).spec.kafka.listeners.find((each) => each.port === Number(port));
  if (listener === undefined) return { missing: `Kafka ${name} has no listener at ${port}` };
  return { kafka: name, tls: listener.tls, authentication: listener.authentication?.type };
}
