import { z } from 'zod';
import { environmentOf } from '../environment-of.js';
import { deployments, nameOf, roleOf, type Manifest, type Workload } from '../manifest.js';
import type { Rule } from '../rule.js';
import { scalersOf, type Autoscaler } from '../scalers-of.js';

const deployment = z.object({ spec: z.object({ replicas: z.number().optional() }) });

export const autoscalersFit: Rule = {
  promise:
    'each role has one autoscaler, which alone sets its replicas, and there are no more workers than partitions',
  broken: (manifests) => deployments(manifests).flatMap((workload) => faults(workload, manifests)),
};

function faults(workload: Workload, manifests: readonly Manifest[]): string[] {
  const name = nameOf(workload.manifest);
  const scalers = scalersOf(workload, manifests);
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
