import { containersOf, nameOf, type Container, type Workload } from './manifest.js';

/** What is wrong with containers, a line each that begins with whose it is. */
export function containerFaults(
  workloads: readonly Workload[],
  faults: (container: Container, workload: Workload) => string[],
): string[] {
  return workloads.flatMap((workload) =>
    containersOf(workload).flatMap((container) =>
      faults(container, workload).map((fault) => `${nameOf(workload.manifest)}, ${container.name}: ${fault}`),
    ),
  );
}
