import { z } from 'zod';
import { environmentOf } from '../environment-of.js';
import { deployments, nameOf, ofKind, roleOf, type Manifest, type Workload } from '../manifest.js';
import type { Rule } from '../rule.js';

const autoscaler = z.object({
  spec: z.object({
    scaleTargetRef: z.object({ name: z.string() }),
    minReplicas: z.number().optional(),
    maxReplicas: z.number().optional(),
    minReplicaCount: z.number().optional(),
    maxReplicaCount: z.number().optional(),
  }),
});
const deployment = z.object({ spec: z.object({ replicas: z.number().optional() }) });

interface Autoscaler {
  readonly manifest: Manifest;
  readonly min: number;
  readonly max: number;
}

export const autoscalersFit: Rule = {
  promise:
    'each role has one autoscaler, which alone sets its replicas, and there are no more workers than partitions',
  broken: (manifests) => deployments(manifests).flatMap((workload) => faults(workload, manifests)),
};

function faults(workload: Workload, manifests: readonly Manifest[]): string[] {
  const name = nameOf(workload.manifest);
  const scalers = ['HorizontalPodAutoscaler', 'ScaledObject']
    .flatMap((kind) => ofKind(manifests, kind))
    .flatMap((manifest) => scalerOf(manifest, workload.manifest.metadata.name));
  const { replicas } = deployment.parse(workload.manifest.whole).spec;
  return [
    ...(scalers.length === 1 ? [] : [`${name} has ${scalers.length} autoscalers`]),
    ...(replicas === undefined ? [] : [`${name} sets replicas beside its autoscaler`]),
    ...scalers
      .filter(({ min, max }) => min > max)
      .map(({ manifest }) => `${nameOf(manifest)} is upside down`),
    ...(roleOf(workload) === 'worker' ? surplus(workload, scalers, manifests) : []),
  ];
}

function scalerOf(manifest: Manifest, target: string): Autoscaler[] {
  const { scaleTargetRef, ...bounds } = autoscaler.parse(manifest.whole).spec;
  if (scaleTargetRef.name !== target) return [];
  const min = bounds.minReplicas ?? bounds.minReplicaCount ?? 0;
  const max = bounds.maxReplicas ?? bounds.maxReplicaCount ?? Infinity;
  return [{ manifest, min, max }];
}

function surplus(
  workload: Workload,
  scalers: readonly Autoscaler[],
  manifests: readonly Manifest[],
): string[] {
  const [main] = workload.template.spec.containers;
  const partitions = Number(main && environmentOf(main, manifests).get('KAFKA_PARTITIONS'));
  if (!(partitions > 0)) return [`${nameOf(workload.manifest)} isn't told KAFKA_PARTITIONS`];
  return scalers
    .filter(({ max }) => max > partitions)
    .map(
      ({ manifest, max }) => `${nameOf(manifest)} makes up to ${max} workers for ${partitions} partitions`,
    );
}
