import { z } from 'zod';
import { ofKind, type Manifest } from './manifest.js';
import { hasLabels, policiesOfKafka, type PodGroup } from './pod-group.js';

const selector = z.strictObject({ matchLabels: z.record(z.string(), z.string()).default({}) });
const peer = z.strictObject({ podSelector: selector.optional(), namespaceSelector: selector.optional() });
const port = z.strictObject({
  port: z.union([z.string(), z.number()]),
  protocol: z.enum(['TCP', 'UDP']).default('TCP'),
});
/** Strict, so that a policy in words that aren't understood here is none that is judged. */
const policy = z.strictObject({
  podSelector: selector,
  policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
  ingress: z
    .array(z.strictObject({ from: z.array(peer).optional(), ports: z.array(port).optional() }))
    .default([]),
  egress: z
    .array(z.strictObject({ to: z.array(peer).optional(), ports: z.array(port).optional() }))
    .default([]),
});
const whole = z.object({ spec: policy });

export type Policy = z.output<typeof policy>;
type Port = z.output<typeof port>;

/** One that somebody has to be able to make. */
export interface Connection {
  readonly from: PodGroup;
  readonly to: PodGroup;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** Those of the overlay, and those that operators make of what it hands to them. */
export function policiesOf(manifests: readonly Manifest[]): Policy[] {
  return [
    ...ofKind(manifests, 'NetworkPolicy').map((each) => whole.parse(each.whole).spec),
    ...ofKind(manifests, 'Kafka').flatMap((each) => policiesOfKafka(each).map((made) => policy.parse(made))),
  ];
}

/** The sides that refuse a connection, as the network would: `egress`, `ingress`, both, or none. */
export function refusingSides(connection: Connection, policies: readonly Policy[]): ('egress' | 'ingress')[] {
  const { from, to } = connection;
  const out = of(policies, from, 'Egress').map(({ egress }) =>
    egress.map(({ to: peers, ports }) => ({ peers, ports })),
  );
  const into = of(policies, to, 'Ingress').map(({ ingress }) =>
    ingress.map(({ from: peers, ports }) => ({ peers, ports })),
  );
  return [
    ...(isOpen(out, from, to, connection) ? [] : (['egress'] as const)),
    ...(isOpen(into, to, from, connection) ? [] : (['ingress'] as const)),
  ];
}

function of(policies: readonly Policy[], group: PodGroup, type: 'Ingress' | 'Egress'): Policy[] {
  // What stands for another namespace has policies of its own, which are none of ours.
  if (group.namespace !== undefined) return [];
  return policies.filter(
    ({ podSelector, policyTypes }) =>
      policyTypes.includes(type) && hasLabels(group.labels, podSelector.matchLabels),
  );
}

type Allowance = { peers: z.output<typeof peer>[] | undefined; ports: Port[] | undefined };

/** Whoever is in no policy is open; else one allowance of any is enough. */
function isOpen(
  policies: readonly (readonly Allowance[])[],
  self: PodGroup,
  other: PodGroup,
  connection: Connection,
): boolean {
  if (policies.length === 0) return true;
  return policies
    .flat()
    .some(
      ({ peers, ports }) =>
        (peers === undefined || peers.some((each) => isPeer(each, self, other))) &&
        (ports === undefined || ports.some((each) => isPort(each, connection))),
    );
}

function isPeer(
  { podSelector, namespaceSelector }: z.output<typeof peer>,
  self: PodGroup,
  other: PodGroup,
): boolean {
  const isOfNamespace =
    namespaceSelector === undefined
      ? other.namespace === self.namespace
      : hasLabels(
          { 'kubernetes.io/metadata.name': other.namespace ?? 'meterpulse' },
          namespaceSelector.matchLabels,
        );
  return isOfNamespace && (podSelector === undefined || hasLabels(other.labels, podSelector.matchLabels));
}

/** A name is that of a port of the pods that are connected to. */
function isPort({ port: allowed, protocol }: Port, connection: Connection): boolean {
  const number =
    typeof allowed === 'number' ? allowed : connection.to.ports.find(({ name }) => name === allowed)?.port;
  return protocol === connection.protocol && number === connection.port;
}
