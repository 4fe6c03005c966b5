import { loadConfig, type Config } from '../../../config/config.js';
import { environmentOf } from '../environment-of.js';
import { deployments, nameOf, roleOf, type Manifest, type Workload } from '../manifest.js';
import type { Rule } from '../rule.js';
import { stopMs } from '../stop-ms.js';

/** Between the program's own time limit and Kubernetes' SIGKILL, s. */
const SPARE_S = 5;
/** Roles that others connect to: endpoints have to be gone everywhere before one refuses anybody. */
const CONNECTED_TO = new Set(['gateway', 'api', 'live']);

export const graceCoversTheDrain: Rule = {
  promise: 'a pod gets the time that its role takes to stop, and is out of its Service before it refuses',
  broken: (manifests) => deployments(manifests).flatMap((workload) => faults(workload, manifests)),
};

function faults(workload: Workload, manifests: readonly Manifest[]): string[] {
  const { terminationGracePeriodSeconds: grace, containers } = workload.template.spec;
  const [main] = containers;
  if (main === undefined) return [];
  const role = roleOf(workload);
  const sleep = main.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const needed = sleep + stopMs(role, configOf(environmentOf(main, manifests))) / 1_000 + SPARE_S;
  const name = nameOf(workload.manifest);
  return [
    ...(grace < needed ? [`${name} has ${grace} s to stop and needs ${needed}`] : []),
    ...(CONNECTED_TO.has(role) && sleep < SPARE_S
      ? [`${name} refuses while it is still in its Service`]
      : []),
  ];
}

function configOf(environment: ReadonlyMap<string, string | null>): Config {
  const relevant = [...environment].filter(([name]) => /_(DRAIN|TIMEOUT)_MS$/.test(name));
  return loadConfig(Object.fromEntries(relevant.map(([name, value]) => [name, value ?? ''])), false).config;
}
