import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const labels = z.record(z.string(), z.string());
const named = z.object({ name: z.string() });
const reference = z.object({
  name: z.string(),
  key: z.string().optional(),
  optional: z.boolean().optional(),
});
const portRef = z.union([z.string(), z.number()]);

const probe = z.object({
  httpGet: z.object({ path: z.string(), port: portRef }).optional(),
  tcpSocket: z.object({ port: portRef }).optional(),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  failureThreshold: z.number().default(3),
});

const container = z.object({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()).default([]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  env: z
    .array(
      z.object({
        name: z.string(),
        value: z.string().optional(),
        valueFrom: z
          .object({ secretKeyRef: reference.optional(), configMapKeyRef: reference.optional() })
          .optional(),
      }),
    )
    .default([]),
  envFrom: z.array(z.object({ configMapRef: named.optional(), secretRef: named.optional() })).default([]),
  resources: z
    .object({ requests: labels.default({}), limits: labels.default({}) })
    .default({ requests: {}, limits: {} }),
  securityContext: z
    .object({
      allowPrivilegeEscalation: z.boolean().optional(),
      readOnlyRootFilesystem: z.boolean().optional(),
      privileged: z.boolean().optional(),
      capabilities: z
        .object({ add: z.array(z.string()).default([]), drop: z.array(z.string()).default([]) })
        .optional(),
    })
    .default({}),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
  startupProbe: probe.optional(),
  livenessProbe: probe.optional(),
  readinessProbe: probe.optional(),
  lifecycle: z
    .object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }).optional() }).optional() })
    .optional(),
});

const podSpec = z.object({
  serviceAccountName: z.string().optional(),
  automountServiceAccountToken: z.boolean().optional(),
  enableServiceLinks: z.boolean().optional(),
  priorityClassName: z.string().optional(),
  terminationGracePeriodSeconds: z.number().default(30),
  securityContext: z
    .object({
      runAsNonRoot: z.boolean().optional(),
      runAsUser: z.number().optional(),
      seccompProfile: z.object({ type: z.string() }).optional(),
    })
    .default({}),
  volumes: z
    .array(
      z.object({
        name: z.string(),
        secret: z
          .object({
            secretName: z.string(),
            items: z.array(z.object({ key: z.string(), path: z.string() })).optional(),
          })
          .optional(),
        projected: z.object({ sources: z.array(z.object({ secret: named.optional() })) }).optional(),
      }),
    )
    .default([]),
  initContainers: z.array(container).default([]),
  containers: z.array(container),
});

const podTemplate = z.object({ metadata: z.object({ labels: labels.default({}) }), spec: podSpec });

const header = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    namespace: z.string().optional(),
    labels: labels.default({}),
    annotations: labels.default({}),
  }),
});

export type Container = z.output<typeof container>;
export type Probe = z.output<typeof probe>;
export type PodTemplate = z.output<typeof podTemplate>;

/** One object for Kubernetes: what all have in common, and the whole, from which rules take what they need. */
export interface Manifest extends z.output<typeof header> {
  readonly whole: Readonly<Record<string, unknown>>;
}

/** A Deployment, StatefulSet or Job with its pods. */
export interface Workload {
  readonly manifest: Manifest;
  readonly template: PodTemplate;
}

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job']);
const workload = z.object({ spec: z.object({ template: podTemplate }) });

/** Of several YAML documents. Throws for what is no object of Kubernetes. */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const value: unknown = document.toJS();
    return value === null ? [] : [parseManifest(value)];
  });
}

export function parseManifest(value: unknown): Manifest {
  return { ...header.parse(value), whole: z.record(z.string(), z.unknown()).parse(value) };
}

export function workloads(manifests: readonly Manifest[]): Workload[] {
  return manifests
    .filter(({ kind }) => WORKLOADS.has(kind))
    .map((manifest) => ({ manifest, template: workload.parse(manifest.whole).spec.template }));
}

/** Those that run meterpulse itself. */
export function roles(manifests: readonly Manifest[]): Workload[] {
  return workloads(manifests).filter(
    ({ template }) => template.metadata.labels['app.kubernetes.io/name'] === 'meterpulse',
  );
}

/** Those of them that always run. */
export function deployments(manifests: readonly Manifest[]): Workload[] {
  return roles(manifests).filter(({ manifest }) => manifest.kind === 'Deployment');
}

/** `gateway`, `worker`, ... */
export function roleOf({ template }: Workload): string {
  return template.metadata.labels['app.kubernetes.io/component'] ?? '';
}

export function containersOf({ template }: Workload): Container[] {
  return [...template.spec.initContainers, ...template.spec.containers];
}

/** Secrets that its pod can read: first those of variables, then those of files. */
export function secretsOf(workload: Workload): string[] {
  return [
    ...containersOf(workload).flatMap(({ env }) =>
      env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []),
    ),
    ...workload.template.spec.volumes.flatMap(({ secret, projected }) => [
      ...(secret === undefined ? [] : [secret.secretName]),
      ...(projected?.sources ?? []).flatMap((source) => source.secret?.name ?? []),
    ]),
  ];
}

export function ofKind(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

/** `Deployment gateway` */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}
