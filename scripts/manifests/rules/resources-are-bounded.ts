import { containersOf, nameOf, workloads } from '../manifest.js';
import type { Rule } from '../rule.js';

/** CPU has no limit on purpose: throttling makes acknowledgements late where the node has time to spare. */
export const resourcesAreBounded: Rule = {
  promise: 'every container asks for CPU and memory, and has a limit of memory that is no less',
  broken: (manifests) =>
    workloads(manifests).flatMap((workload) =>
      containersOf(workload).flatMap(({ name, resources: { requests, limits } }) => {
        const where = `${nameOf(workload.manifest)}, ${name}`;
        const asked = bytes(requests['memory']);
        const limit = bytes(limits['memory']);
        return [
          ...(requests['cpu'] === undefined ? [`${where} asks for no CPU`] : []),
          ...(asked === null ? [`${where} asks for no memory`] : []),
          ...(limit === null ? [`${where} has no limit of memory`] : []),
          ...(asked !== null && limit !== null && asked > limit
            ? [`${where} asks for more memory than it may have`]
            : []),
        ];
      }),
    ),
};

const UNITS: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, '': 1 };

function bytes(quantity: string | undefined): number | null {
  const [, number, unit] = /^(\d+)(Ki|Mi|Gi|)$/.exec(quantity ?? '') ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit ?? ''] ?? Number.NaN);
}
