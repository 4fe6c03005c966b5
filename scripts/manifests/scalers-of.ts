import { z } from 'zod';
import { ofKind, type Manifest, type Workload } from './manifest.js';

const autoscaler = z.object({
  spec: z.object({
    scaleTargetRef: z.object({ name: z.string() }),
    minReplicas: z.number().optional(),
    maxReplicas: z.number().optional(),
    minReplicaCount: z.number().optional(),
    maxReplicaCount: z.number().optional(),
  }),
});

export interface Autoscaler {
  readonly manifest: Manifest;
  readonly min: number;
  readonly max: number;
}

/** What scales a Deployment: Kubernetes' own, or KEDA's. */
export function scalersOf(
  { manifest: { metadata } }: Workload,
  manifests: readonly Manifest[],
): Autoscaler[] {
  return ['HorizontalPodAutoscaler', 'ScaledObject']
    .flatMap((kind) => ofKind(manifests, kind))
    .flatMap((manifest) => {
      const { scaleTargetRef, ...bounds } = autoscaler.parse(manifest.whole).spec;
      if (scaleTargetRef.name !== metadata.name) return [];
      const min = bounds.minReplicas ?? bounds.minReplicaCount ?? 0;
      const max = bounds.maxReplicas ?? bounds.maxReplicaCount ?? Infinity;
      return [{ manifest, min, max }];
    });
}
