import { z } from 'zod';
import { environmentOf } from './environment-of.js';
import { ingressPaths } from './ingress-paths.js';
import {
  containersOf,
  deployments,
  nameOf,
  ofKind,
  roles,
  type Manifest,
  type Workload,
} from './manifest.js';
import type { Connection } from './network-policies.js';
import { podGroups, podsBehind, podsOf, type PodGroup } from './pod-group.js';

const URL_PORTS: Readonly<Record<string, number>> = { 'postgres:': 5432, 'postgresql:': 5432, 'ws:': 80 };
const encoded = z.object({ data: z.record(z.string(), z.string()).default({}) });
const scaler = z.object({
  spec: z.object({
    triggers: z.array(z.object({ type: z.string(), metadata: z.record(z.string(), z.string()).default({}) })),
  }),
});

/** Every connection that the overlay works by, and that its network policies so have to allow on both sides. */
export function connectionsNeeded(manifests: readonly Manifest[]): Connection[] {
  return [
    ...roles(manifests).flatMap((workload) => ofWorkload(workload, manifests)),
    ...deployments(manifests).flatMap((workload) => fromPrometheus(groupOf(workload, manifests))),
    ...ofKind(manifests, 'Ingress').flatMap((each) => throughIngress(each, manifests)),
    ...ofKind(manifests, 'ScaledObject').flatMap((each) => fromKeda(each, manifests)),
    ...ofKind(manifests, 'Cluster').flatMap((each) => ofDatabase(each, manifests)),
  ];
}

/** What its variables and arguments name, by containers of any kind, and the names of those. */
function ofWorkload(workload: Workload, manifests: readonly Manifest[]): Connection[] {
  const from = groupOf(workload, manifests);
  const targets = containersOf(workload).flatMap((container) => {
    const environment = environmentOf(container, manifests);
    const secrets = container.env.flatMap(({ valueFrom }) =>
      valueFrom?.secretKeyRef === undefined ? [] : secretValue(valueFrom.secretKeyRef, manifests),
    );
    const texts = [...environment.values(), ...secrets, ...container.args].filter((text) => text !== null);
    return [
      ...texts.flatMap((text) => text.split(',')).flatMap(urlTarget),
      ...(environment.get('KAFKA_BROKERS') ?? '').split(',').flatMap(brokerTarget),
    ];
  });
  return [
    ...(['UDP', 'TCP'] as const).map((protocol) => ({
      ...{ from, to: podsOf('kube-system'), port: 53, protocol },
    })),
    ...targets.map(({ host, port }) => ({
      ...{ from, port, protocol: 'TCP' as const },
      // A host outside of the overlay, as of a managed service, is only the business of the side that connects.
      to: podsBehind(host, manifests) ?? { ...podsOf('elsewhere'), name: host },
    })),
  ];
}

interface Target {
  readonly host: string;
  readonly port: number;
}

function urlTarget(text: string): Target[] {
  const [, protocol = '', host, port] = /^([a-z]+:)\/\/(?:[^@/]*@)?([\w.-]+)(?::(\d+))?/.exec(text) ?? [];
  return host === undefined ? [] : [{ host, port: Number(port ?? URL_PORTS[protocol] ?? 0) }];
}

function brokerTarget(text: string): Target[] {
  const [, host, port] = /^([\w.-]+):(\d+)$/.exec(text.trim()) ?? [];
  return host === undefined ? [] : [{ host, port: Number(port) }];
}

/** Of a Secret of the overlay. */
function secretValue(
  { name, key = '' }: { name: string; key?: string | undefined },
  manifests: readonly Manifest[],
): string[] {
  const found = ofKind(manifests, 'Secret').find(({ metadata }) => metadata.name === name);
  const value = found === undefined ? undefined : encoded.parse(found.whole).data[key];
  return value === undefined ? [] : [Buffer.from(value, 'base64').toString()];
}

function fromPrometheus(to: PodGroup): Connection[] {
  const admin = to.ports.find(({ name }) => name === 'admin');
  return admin === undefined ? [] : [{ from: podsOf('monitoring'), to, port: admin.port, protocol: 'TCP' }];
}

function throughIngress(manifest: Manifest, manifests: readonly Manifest[]): Connection[] {
  return ingressPaths(manifest).flatMap((path) => {
    const to = podsBehind(path.service, manifests);
    const port = to?.ports.find(({ name }) => name === path.port)?.port;
    if (to === undefined || port === undefined) return [];
    return [{ from: podsOf('ingress-nginx'), to, port, protocol: 'TCP' as const }];
  });
}

/** Its operator asks the log itself how far consumers are. */
function fromKeda(manifest: Manifest, manifests: readonly Manifest[]): Connection[] {
  return scaler
    .parse(manifest.whole)
    .spec.triggers.filter(({ type }) => type === 'kafka')
    .flatMap(({ metadata }) => (metadata['bootstrapServers'] ?? '').split(',').flatMap(brokerTarget))
    .flatMap(({ host, port }) => {
      const to = podsBehind(host, manifests);
      return to === undefined ? [] : [{ from: podsOf('keda'), to, port, protocol: 'TCP' as const }];
    });
}

/** Standbys follow the primary; the operator asks how each is, and Prometheus for its metrics. */
function ofDatabase(manifest: Manifest, manifests: readonly Manifest[]): Connection[] {
  const to = podGroups(manifests).find(({ name }) => name === nameOf(manifest));
  if (to === undefined) return [];
  const by = (from: PodGroup, port: number): Connection => ({ from, to, port, protocol: 'TCP' });
  return [
    by(to, 5432),
    by(to, 8000),
    by(podsOf('cnpg-system'), 8000),
    by(podsOf('cnpg-system'), 5432),
    by(podsOf('monitoring'), 9187),
  ];
}

function groupOf({ manifest }: Workload, manifests: readonly Manifest[]): PodGroup {
  const found = podGroups(manifests).find(({ name }) => name === nameOf(manifest));
  if (found === undefined) throw new Error(`${nameOf(manifest)} has no pods`);
  return found;
}
