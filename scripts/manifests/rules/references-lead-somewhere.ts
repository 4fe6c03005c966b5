import { z } from 'zod';
import { isPinned } from '../is-pinned.js';
import {
  containersOf,
  nameOf,
  ofKind,
  secretsOf,
  workloads,
  type Manifest,
  type Workload,
} from '../manifest.js';
import type { Rule } from '../rule.js';

/** On an object that comes with them: names of Secrets, separated by commas. */
const MADE_BEFORE = 'meterpulse/secrets-made-before';

const externalSecret = z.object({ spec: z.object({ target: z.object({ name: z.string() }) }) });

export const referencesLeadSomewhere: Rule = {
  promise:
    'every Secret, ConfigMap and ServiceAccount that a pod names is made by the overlay, and every image has a version',
  broken: (manifests) => workloads(manifests).flatMap((workload) => faults(workload, manifests)),
};

function faults(workload: Workload, manifests: readonly Manifest[]): string[] {
  const name = nameOf(workload.manifest);
  const has = (kind: string, wanted: string): boolean =>
    ofKind(manifests, kind).some(({ metadata }) => metadata.name === wanted);
  const containers = containersOf(workload);
  const maps = containers.flatMap(({ envFrom }) =>
    envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []),
  );
  const account = workload.template.spec.serviceAccountName;
  const made = secretsMade(manifests);
  return [
    ...maps
      .filter((map) => !has('ConfigMap', map))
      .map((map) => `${name} names ConfigMap ${map}, which nobody makes`),
    ...secretsOf(workload)
      .filter((secret) => !made.has(secret))
      .map((secret) => `${name} names Secret ${secret}, which nobody makes`),
    ...(account === undefined || has('ServiceAccount', account)
      ? []
      : [`${name} names ServiceAccount ${account}, which nobody makes`]),
    ...containers
      .filter(({ image }) => !isPinned(image))
      .map(({ image }) => `${name} takes any version of ${image}`),
  ];
}

/** By the overlay itself, or by the operators that it hands objects to. */
function secretsMade(manifests: readonly Manifest[]): Set<string> {
  return new Set([
    ...ofKind(manifests, 'Secret').map(({ metadata }) => metadata.name),
    ...ofKind(manifests, 'ExternalSecret').map(({ whole }) => externalSecret.parse(whole).spec.target.name),
    // CloudNativePG's: of the owner of the database, and its CA.
    ...ofKind(manifests, 'Cluster').flatMap(({ metadata: { name } }) => [`${name}-app`, `${name}-ca`]),
    // Strimzi's: the CA of the brokers, and the password of each user.
    ...ofKind(manifests, 'Kafka').map(({ metadata }) => `${metadata.name}-cluster-ca-cert`),
    ...ofKind(manifests, 'KafkaUser').map(({ metadata }) => metadata.name),
    // What a script makes before, since it is random.
    ...manifests.flatMap(({ metadata }) => metadata.annotations[MADE_BEFORE]?.split(',') ?? []),
  ]);
}
