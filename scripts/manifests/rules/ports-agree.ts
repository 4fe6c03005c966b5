import { z } from 'zod';
import { deployments, nameOf, ofKind, roleOf, workloads, type Manifest, type Workload } from '../manifest.js';
import { defaultPorts } from '../role-ports.js';
import type { Rule } from '../rule.js';

const labels = z.record(z.string(), z.string());
const service = z.object({
  spec: z.object({
    selector: labels.default({}),
    ports: z.array(
      z.object({
        name: z.string(),
        port: z.number(),
        targetPort: z.union([z.string(), z.number()]).optional(),
      }),
    ),
  }),
});
const ingress = z.object({
  spec: z.object({
    rules: z.array(
      z.object({
        http: z.object({
          paths: z.array(
            z.object({
              path: z.string(),
              backend: z.object({
                service: z.object({ name: z.string(), port: z.object({ name: z.string() }) }),
              }),
            }),
          ),
        }),
      }),
    ),
  }),
});

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
  const { selector, ports } = service.parse(manifest.whole).spec;
  const pods = all.filter(({ template }) => matches(selector, template.metadata.labels));
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
  const services = ofKind(manifests, 'Service');
  return ingress
    .parse(manifest.whole)
    .spec.rules.flatMap(({ http }) => http.paths)
    .filter(({ backend }) => {
      const target = services.find(({ metadata }) => metadata.name === backend.service.name);
      return !(
        target !== undefined &&
        service.parse(target.whole).spec.ports.some(({ name }) => name === backend.service.port.name)
      );
    })
    .map(({ path }) => `${nameOf(manifest)} leads ${path} to no port of a Service`);
}

function matches(selector: Record<string, string>, of: Record<string, string>): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([name, value]) => of[name] === value);
}
