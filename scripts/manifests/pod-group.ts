import { z } from 'zod';
import { nameOf, ofKind, workloads, type Manifest } from './manifest.js';
import { serviceNamed } from './service.js';

/** Pods that are alike, or what stands for those of another namespace. */
export interface PodGroup {
  readonly name: string;
  /** Of another namespace than the overlay's, its name. */
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name: string; readonly port: number }[];
}

/** Those of the overlay's own workloads, and those that operators make of what it hands to them. */
export function podGroups(manifests: readonly Manifest[]): PodGroup[] {
  return [
    ...workloads(manifests).map(({ manifest, template }) => ({
      name: nameOf(manifest),
      labels: template.metadata.labels,
      ports: template.spec.containers.flatMap(({ ports }) =>
        ports.map(({ name, containerPort }) => ({ name, port: containerPort })),
      ),
    })),
    ...ofKind(manifests, 'Cluster').map(ofDatabase),
    ...ofKind(manifests, 'Kafka').map(ofKafka),
  ];
}

/** Pods that only their namespace is known of: an ingress controller, Prometheus, an operator. */
export function podsOf(namespace: string): PodGroup {
  return { name: `a pod in ${namespace}`, namespace, labels: {}, ports: [] };
}

/** As CloudNativePG makes them. */
function ofDatabase(manifest: Manifest): PodGroup {
  return {
    name: nameOf(manifest),
    labels: { 'cnpg.io/cluster': manifest.metadata.name },
    ports: [
      { name: 'postgresql', port: 5432 },
      { name: 'status', port: 8000 },
      { name: 'metrics', port: 9187 },
    ],
  };
}

const kafka = z.object({
  spec: z.object({
    kafka: z.object({
      listeners: z.array(
        z.object({ name: z.string(), port: z.number(), networkPolicyPeers: z.unknown().optional() }),
      ),
    }),
  }),
});

/** As Strimzi makes them. */
function ofKafka(manifest: Manifest): PodGroup {
  return {
    name: nameOf(manifest),
    labels: {
      'strimzi.io/cluster': manifest.metadata.name,
      'strimzi.io/name': `${manifest.metadata.name}-kafka`,
    },
    ports: kafka
      .parse(manifest.whole)
      .spec.kafka.listeners.map(({ name, port }) => ({ name: `tcp-${name}`, port })),
  };
}

/** The policy that Strimzi makes of a listener's `networkPolicyPeers`: of these alone, or of everybody. */
export function policiesOfKafka(manifest: Manifest): unknown[] {
  const { labels: matchLabels } = ofKafka(manifest);
  const ingress = kafka.parse(manifest.whole).spec.kafka.listeners.map(({ port, networkPolicyPeers }) => ({
    ports: [{ port, protocol: 'TCP' }],
    ...(networkPolicyPeers === undefined ? {} : { from: networkPolicyPeers }),
  }));
  return [{ podSelector: { matchLabels }, policyTypes: ['Ingress'], ingress }];
}

/**
 * Whose pods a host name leads to: that of a Service of the overlay, or of one that an operator makes.
 * @param host as in a URL: `postgres`, `meterpulse-db-rw`, `meterpulse-kafka-bootstrap.meterpulse.svc`
 */
export function podsBehind(host: string, manifests: readonly Manifest[]): PodGroup | undefined {
  const [name = ''] = host.split('.');
  const database = ofKind(manifests, 'Cluster').find(({ metadata }) =>
    ['rw', 'ro', 'r'].some((way) => name === `${metadata.name}-${way}`),
  );
  if (database !== undefined) return ofDatabase(database);
  const log = ofKind(manifests, 'Kafka').find(({ metadata }) => name === `${metadata.name}-kafka-bootstrap`);
  if (log !== undefined) return ofKafka(log);
  const service = serviceNamed(name, manifests);
  return service && podGroups(manifests).find(({ labels }) => isSelected(service.selector, labels));
}

/** An empty selector selects nothing here: that is what a Service's does. */
export function isSelected(selector: Record<string, string>, of: Readonly<Record<string, string>>): boolean {
  return Object.keys(selector).length > 0 && hasLabels(of, selector);
}

/** Whether they are among `labels`, all of them. */
export function hasLabels(
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}
