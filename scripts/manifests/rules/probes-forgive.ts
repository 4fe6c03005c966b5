import { deployments, nameOf, type Probe, type Workload } from '../manifest.js';
import type { Rule } from '../rule.js';

/** A pod that is busy for so long is alive all the same, s. */
const BUSY_S = 60;
/** What the program itself takes at most to answer, and some. */
const READY_TIMEOUT_S = 2;

/** A restart never mends an outage, and makes a burst worse. */
export const probesForgive: Rule = {
  promise:
    'every role has probes on its admin port that restart it only when its event loop stands still for a minute',
  broken: (manifests) =>
    deployments(manifests).flatMap((workload) =>
      faults(workload).map((fault) => `${nameOf(workload.manifest)}: ${fault}`),
    ),
};

function faults({ template }: Workload): string[] {
  const [main] = template.spec.containers;
  if (main === undefined) return ['has no container'];
  const { startupProbe: startup, livenessProbe: live, readinessProbe: ready } = main;
  return [
    ...asks('startup', startup, '/health/live'),
    ...asks('liveness', live, '/health/live'),
    ...asks('readiness', ready, '/health/ready'),
    ...(live !== undefined && patience(live) < BUSY_S ? [`liveness gives up after ${patience(live)} s`] : []),
    ...(startup !== undefined && patience(startup) < BUSY_S
      ? [`startup gives up after ${patience(startup)} s`]
      : []),
    ...(ready !== undefined && ready.timeoutSeconds < READY_TIMEOUT_S ? ['readiness waits too short'] : []),
  ];
}

function asks(kind: string, probe: Probe | undefined, path: string): string[] {
  if (probe?.httpGet === undefined) return [`there is no ${kind} probe`];
  const { path: asked, port } = probe.httpGet;
  return [
    ...(asked === path ? [] : [`${kind} asks ${asked} and not ${path}`]),
    ...(port === 'admin' ? [] : [`${kind} asks another port than admin`]),
  ];
}

function patience({ periodSeconds, failureThreshold }: Probe): number {
  return periodSeconds * failureThreshold;
}
