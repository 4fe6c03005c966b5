import { z } from 'zod';
import { nameOf, ofKind, roles, type Manifest, type Workload } from '../manifest.js';
import { hasLabels, podGroups } from '../pod-group.js';
import type { Rule } from '../rule.js';

const matchLabels = z.object({ matchLabels: z.record(z.string(), z.string()).default({}) });
const budget = z.object({ spec: z.object({ selector: matchLabels.optional() }) });
const policy = z.object({ spec: z.object({ podSelector: matchLabels }) });

export const selectorsSelect: Rule = {
  promise:
    'every role is in a disruption budget and in a network policy of its own, and nothing else is in those',
  broken: (manifests) => [
    ...roles(manifests).flatMap((workload) => uncovered(workload, manifests)),
    ...[...ofKind(manifests, 'PodDisruptionBudget'), ...ofKind(manifests, 'NetworkPolicy')]
      .filter((manifest) => podGroups(manifests).every(({ labels }) => !selects(manifest, labels)))
      .map((manifest) => `${nameOf(manifest)} selects nothing`),
  ],
};

function uncovered(workload: Workload, manifests: readonly Manifest[]): string[] {
  const name = nameOf(workload.manifest);
  const { labels } = workload.template.metadata;
  const budgets = ofKind(manifests, 'PodDisruptionBudget').filter((each) => selects(each, labels));
  const policies = ofKind(manifests, 'NetworkPolicy').filter((each) => selects(each, labels));
  const needsBudget = workload.manifest.kind === 'Deployment';
  return [
    ...(needsBudget && budgets.length !== 1 ? [`${name} is in ${budgets.length} disruption budgets`] : []),
    ...(policies.length === 2 ? [] : [`${name} is in ${policies.length} network policies and not in two`]),
  ];
}

/** As Kubernetes has it: a budget without a selector has no pods, a policy with an empty one has all. */
function selects(manifest: Manifest, labels: Readonly<Record<string, string>>): boolean {
  const isPolicy = manifest.kind === 'NetworkPolicy';
  const selector = isPolicy
    ? policy.parse(manifest.whole).spec.podSelector
    : budget.parse(manifest.whole).spec.selector;
  if (selector === undefined) return false;
  return hasLabels(labels, selector.matchLabels);
}
