import { containerFaults } from '../container-faults.js';
import { nameOf, workloads, type Container, type Workload } from '../manifest.js';
import type { Rule } from '../rule.js';

/** The profile `restricted` of Kubernetes' pod security standards; of our own image also a root that can't be written. */
export const podsAreRestricted: Rule = {
  promise: 'no pod has privileges, a token of the Kubernetes API, or variables of other Services',
  broken: (manifests) =>
    workloads(manifests).flatMap((workload) => [
      ...podFaults(workload),
      ...containerFaults([workload], faults),
    ]),
};

function podFaults({ manifest, template: { spec } }: Workload): string[] {
  const { runAsNonRoot, runAsUser, seccompProfile } = spec.securityContext;
  const name = nameOf(manifest);
  return [
    ...(runAsNonRoot === true && (runAsUser ?? 0) > 0 ? [] : [`${name} may run as root`]),
    ...(seccompProfile?.type === 'RuntimeDefault' ? [] : [`${name} has no seccomp profile`]),
    ...(spec.automountServiceAccountToken === false ? [] : [`${name} gets a token of the Kubernetes API`]),
    ...(spec.enableServiceLinks === false ? [] : [`${name} gets variables of other Services`]),
  ];
}

function faults({ image, securityContext: context }: Container): string[] {
  const drop = context.capabilities?.drop ?? [];
  const add = context.capabilities?.add ?? [];
  const isOurs = /(^|\/)meterpulse(:|@)/.test(image);
  return [
    ...(context.allowPrivilegeEscalation === false ? [] : ['may gain privileges']),
    ...(context.privileged === true ? ['is privileged'] : []),
    ...(drop.includes('ALL') && add.length === 0 ? [] : ['keeps capabilities']),
    ...(!isOurs || context.readOnlyRootFilesystem === true ? [] : ['may write its root']),
  ];
}
