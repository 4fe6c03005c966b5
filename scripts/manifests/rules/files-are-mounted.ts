import { containerFaults } from '../container-faults.js';
import { environmentOf } from '../environment-of.js';
import { roles, type Container, type Manifest, type Workload } from '../manifest.js';
import type { Rule } from '../rule.js';

/** A role that can't read such a file does not start. */
export const filesAreMounted: Rule = {
  promise: 'every file that a variable names is on a volume of its container, and every mount has its volume',
  broken: (manifests) =>
    containerFaults(roles(manifests), (container, workload) => faults(workload, container, manifests)),
};

function faults({ template }: Workload, container: Container, manifests: readonly Manifest[]): string[] {
  const { volumeMounts } = container;
  const files = [...environmentOf(container, manifests)].filter(([name]) => name.endsWith('_FILE'));
  return [
    ...files
      .filter(([, path]) => !volumeMounts.some(({ mountPath }) => path?.startsWith(`${mountPath}/`)))
      .map(([name, path]) => `${name} is ${path}, where nothing is mounted`),
    ...volumeMounts
      .filter((mount) => template.spec.volumes.every(({ name }) => name !== mount.name))
      .map(({ name }) => `there is no volume ${name} to mount`),
  ];
}
