import { ingressPaths } from '../ingress-paths.js';
import { deployments, nameOf, ofKind, roleOf, workloads, type Manifest, type Workload } from '../manifest.js';
import { isSelected } from '../pod-group.js';
import { defaultPorts } from '../role-ports.js';
import type { Rule } from '../rule.js';
import { parseService, serviceNamed } from '../service.js';

export const portsAgree: Rule = {
  promise:
    'a role listens on its default ports, Services lead to ports of their pods, and an Ingress to those of Services',
  broken: (manifests) => [
    ...deployments(manifests).flatMap(ofRole),
    ...ofKind(manifests, 'Service').flatMap((manifest) => ofService(manifest, workloads(manifests))),
    ...ofKind(manifests, 'Ingress').flatMap((manifest) => ofIngress(manifest, manifests)),
  ],
};

function ofRole(workload: Workload): string[] {
  const given = workload.template.spec.containers.flatMap(({ ports }) => ports);
  const expected = defaultPorts(roleOf(workload));
  const name = nameOf(workload.manifest);
  return [
    ...expected
      .filter((each) => !given.some((port) => port.name === each.name && port.containerPort === each.port))
      .map((each) => `${name} has no port ${each.name} ${each.port}`),
    ...given
      .filter((port) => !expected.some((each) => each.name === port.name))
      .map((port) => `${name} listens on no port ${port.name}`),
  ];
}

function ofService(manifest: Manifest, all: readonly Workload[]): string[] {
  const { selector, ports } = parseService(manifest);
  const pods = all.filter(({ template }) => isSelected(selector, template.metadata.labels));
  if (pods.length !== 1) return [`${nameOf(manifest)} selects pods of ${pods.length} workloads`];
  const listening = pods
    .flatMap(({ template }) => template.spec.containers)
    .flatMap(({ ports: open }) => open);
  return ports
    .filter(({ port, targetPort = port }) =>
      listening.every(({ name, containerPort }) => name !== targetPort && containerPort !== targetPort),
    )
    .map(({ name }) => `${nameOf(manifest)} leads its port ${name} to none of its pods`);
}

function ofIngress(manifest: Manifest, manifests: readonly Manifest[]): string[] {
  return ingressPaths(manifest)
    .filter(({ service, port }) => !serviceNamed(service, manifests)?.ports.some(({ name }) => name === port))
    .map(({ path }) => `${nameOf(manifest)} leads ${path} to no port of a Service`);
}
