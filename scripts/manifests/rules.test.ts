import { beforeAll, describe, expect, it } from 'vitest';
import { plantableFixture, type Path } from './fixtures/plantable-fixture.js';
import { parseManifests, type Manifest } from './manifest.js';
import { OPERATOR_RULES, RULES } from './rules.js';

/** What each case breaks in one field; a rule that nobody breaks here is one that may never bite. */
const { text: GOOD, broken } = plantableFixture('two-roles.yaml');

function complaints(manifests: readonly Manifest[]): string[] {
  return RULES.flatMap((rule) => rule.broken(manifests));
}

const pod = ['spec', 'template', 'spec'] as const;
const main = [...pod, 'containers', 0] as const;
const init = [...pod, 'initContainers', 0] as const;

/** What is changed where, and the complaint that it has to bring. */
const CASES: readonly [object: string, path: Path, value: unknown, complaint: string][] = [
  [
    'Deployment gateway',
    [...pod, 'securityContext', 'runAsNonRoot'],
    false,
    'Deployment gateway may run as root',
  ],
  ['Deployment gateway', [...pod, 'securityContext', 'runAsUser'], 0, 'Deployment gateway may run as root'],
  ['Deployment gateway', [...pod, 'securityContext', 'seccompProfile'], undefined, 'no seccomp profile'],
  [
    'Deployment gateway',
    [...pod, 'automountServiceAccountToken'],
    undefined,
    'gets a token of the Kubernetes API',
  ],
  ['Deployment gateway', [...pod, 'enableServiceLinks'], true, 'gets variables of other Services'],
  [
    'Deployment worker',
    [...main, 'securityContext', 'allowPrivilegeEscalation'],
    true,
    'may gain privileges',
  ],
  ['Deployment worker', [...main, 'securityContext', 'privileged'], true, 'is privileged'],
  ['Deployment worker', [...main, 'securityContext', 'capabilities', 'drop'], [], 'keeps capabilities'],
  [
    'Deployment worker',
    [...main, 'securityContext', 'capabilities', 'add'],
    ['NET_ADMIN'],
    'keeps capabilities',
  ],
  [
    'Deployment worker',
    [...init, 'securityContext', 'readOnlyRootFilesystem'],
    false,
    'schema: may write its root',
  ],
  ['Deployment worker', [...main, 'resources', 'requests', 'cpu'], undefined, 'worker asks for no CPU'],
  ['Deployment worker', [...main, 'resources', 'requests', 'memory'], '400M', 'worker asks for no memory'],
  ['Deployment worker', [...main, 'resources', 'limits'], undefined, 'worker has no limit of memory'],
  ['Deployment worker', [...main, 'resources', 'limits', 'memory'], '1Mi', 'more memory than it may have'],
  ['Deployment worker', [...main, 'livenessProbe'], undefined, 'there is no liveness probe'],
  ['Deployment worker', [...main, 'startupProbe'], undefined, 'there is no startup probe'],
  [
    'Deployment worker',
    [...main, 'livenessProbe', 'httpGet', 'path'],
    '/health/ready',
    'liveness asks /health/ready',
  ],
  [
    'Deployment worker',
    [...main, 'readinessProbe', 'httpGet', 'path'],
    '/health/live',
    'readiness asks /health/live',
  ],
  ['Deployment gateway', [...main, 'livenessProbe', 'httpGet', 'port'], 'ocpp', 'another port than admin'],
  ['Deployment worker', [...main, 'livenessProbe', 'failureThreshold'], 3, 'liveness gives up after 30 s'],
  ['Deployment worker', [...main, 'startupProbe', 'periodSeconds'], 1, 'startup gives up after 30 s'],
  [
    'Deployment worker',
    [...main, 'readinessProbe', 'timeoutSeconds'],
    undefined,
    'readiness waits too short',
  ],
  ['Deployment gateway', [...main, 'ports', 0, 'containerPort'], 3001, 'has no port ocpp 3000'],
  ['Deployment worker', [...main, 'ports', 0, 'containerPort'], 9464, 'has no port admin 9465'],
  [
    'Deployment worker',
    [...main, 'ports', 1],
    { name: 'debug', containerPort: 9229 },
    'listens on no port debug',
  ],
  ['Service gateway', ['spec', 'ports', 0, 'targetPort'], 'http', 'leads its port ocpp to none of its pods'],
  [
    'Service gateway',
    ['spec', 'selector'],
    { 'app.kubernetes.io/name': 'meterpulse' },
    'selects pods of 3 workloads',
  ],
  ['Service gateway', ['spec', 'selector'], {}, 'selects pods of 0 workloads'],
  [
    'Ingress meterpulse',
    ['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service', 'name'],
    'door',
    'leads /ocpp to',
  ],
  [
    'Ingress meterpulse',
    ['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service', 'port', 'name'],
    'x',
    'leads /ocpp',
  ],
  ['ConfigMap meterpulse', ['data', 'GATEWAY_DRAIN'], '1', 'GATEWAY_DRAIN is no variable of meterpulse'],
  ['ConfigMap meterpulse', ['data', 'KAFKA_BROKERS'], 'kafka', 'KAFKA_BROKERS'],
  ['ConfigMap meterpulse', ['data', 'TLS_ENDS_BEFORE_ME'], undefined, 'Deployment gateway: HOST is'],
  ['ConfigMap meterpulse', ['data', 'AUTHENTICATION'], 'open', 'AUTHENTICATION is open'],
  ['Deployment gateway', [...main, 'env', 1], undefined, 'nobody can show who they are'],
  [
    'Namespace meterpulse',
    ['metadata', 'annotations'],
    undefined,
    'names Secret meterpulse-credentials, which nobody makes',
  ],
  ['Deployment worker', [...main, 'env', 0, 'name'], 'DATABASE_UR', 'DATABASE_UR is no variable'],
  ['ConfigMap meterpulse', ['data', 'GATEWAY_DRAIN_MS'], '40000', 'gateway has 65 s to stop and needs 75'],
  ['ConfigMap meterpulse', ['data', 'STOP_TIMEOUT_MS'], '31000', 'worker has 35 s to stop and needs 36'],
  [
    'Deployment gateway',
    [...pod, 'terminationGracePeriodSeconds'],
    undefined,
    'has 30 s to stop and needs 65',
  ],
  ['Deployment gateway', [...main, 'lifecycle'], undefined, 'refuses while it is still in its Service'],
  ['Deployment gateway', ['spec', 'replicas'], 3, 'sets replicas beside its autoscaler'],
  ['HorizontalPodAutoscaler gateway', [], null, 'Deployment gateway has 0 autoscalers'],
  [
    'HorizontalPodAutoscaler worker',
    ['spec', 'scaleTargetRef', 'name'],
    'gateway',
    'gateway has 2 autoscalers',
  ],
  ['HorizontalPodAutoscaler worker', ['spec', 'maxReplicas'], 13, 'makes up to 13 workers for 12 partitions'],
  ['HorizontalPodAutoscaler worker', ['spec', 'minReplicas'], 13, 'is upside down'],
  ['ConfigMap meterpulse', ['data', 'KAFKA_PARTITIONS'], undefined, "isn't told KAFKA_PARTITIONS"],
  ['PodDisruptionBudget gateway', ['spec', 'selector'], undefined, 'gateway is in 0 disruption budgets'],
  [
    'PodDisruptionBudget gateway',
    ['spec', 'selector', 'matchLabels'],
    {},
    'worker is in 2 disruption budgets',
  ],
  ['NetworkPolicy gateway', [], null, 'gateway is in 1 network policies'],
  [
    'NetworkPolicy gateway',
    ['spec', 'podSelector', 'matchLabels', 'app.kubernetes.io/component'],
    'door',
    'selects nothing',
  ],
  [
    'ConfigMap meterpulse',
    ['data', 'DATABASE_TLS_CA_FILE'],
    '/etc/ca.crt',
    'Deployment worker, schema: DATABASE_TLS_CA_FILE is /etc/ca.crt, where nothing is mounted',
  ],
  [
    'Deployment worker',
    [...main, 'volumeMounts'],
    [{ name: 'ca', mountPath: '/etc/meterpulse' }],
    'Deployment worker, worker: there is no volume ca to mount',
  ],
  [
    'Deployment worker',
    [...pod, 'volumes'],
    [{ name: 'ca', secret: { secretName: 'ca' } }],
    'Deployment worker names Secret ca, which nobody makes',
  ],
  [
    'StatefulSet postgres',
    [...main, 'args', 1],
    'max_connections=400',
    'the database has 400 connections and needs 449: gateway 273, worker 156, reserve 20',
  ],
  ['StatefulSet postgres', [...main, 'args'], [], 'the database has 100 connections'],
  ['ConfigMap meterpulse', ['data', 'DATABASE_POOL_MAX'], '20', 'the database has 500 connections'],
  ['HorizontalPodAutoscaler gateway', ['spec', 'maxReplicas'], 40, 'the database has 500 connections'],
  [
    'NetworkPolicy gateway',
    ['spec', 'egress', 1, 'ports', 0, 'port'],
    5433,
    'Deployment gateway to StatefulSet postgres, TCP 5432, is needed, and refused by the egress policies',
  ],
  [
    'NetworkPolicy migrate',
    ['spec', 'egress', 2],
    undefined,
    'Job migrate to Kafka meterpulse, TCP 9092, is needed, and refused by the egress policies',
  ],
  [
    'NetworkPolicy worker',
    ['spec', 'egress', 0, 'ports', 0],
    undefined,
    'Deployment worker to a pod in kube-system, UDP 53, is needed, and refused by the egress policies',
  ],
  [
    'NetworkPolicy worker',
    ['spec', 'ingress', 0, 'from', 0, 'namespaceSelector', 'matchLabels'],
    { 'kubernetes.io/metadata.name': 'metrics' },
    'a pod in monitoring to Deployment worker, TCP 9465, is needed, and refused by the ingress policies',
  ],
  [
    'NetworkPolicy gateway',
    ['spec', 'ingress', 0],
    undefined,
    'a pod in ingress-nginx to Deployment gateway, TCP 3000, is needed, and refused by the ingress policies',
  ],
  [
    'NetworkPolicy postgres',
    ['spec', 'ingress', 0, 'from', 0, 'podSelector', 'matchLabels'],
    { 'app.kubernetes.io/name': 'postgres' },
    'Deployment worker to StatefulSet postgres, TCP 5432, is needed, and refused by the ingress policies',
  ],
  [
    'NetworkPolicy postgres',
    ['spec', 'ingress', 0, 'from'],
    undefined,
    'a pod in default to StatefulSet postgres, TCP 5432, is let through, and nobody needs it',
  ],
  [
    'NetworkPolicy worker',
    ['spec', 'ingress', 0, 'from', 0],
    { podSelector: {} },
    'a pod beside the roles to Deployment worker, TCP 9465, is let through',
  ],
  [
    'Kafka meterpulse',
    ['spec', 'kafka', 'listeners', 0, 'networkPolicyPeers'],
    undefined,
    'a pod beside the roles to Kafka meterpulse, TCP 9092, is let through',
  ],
  ['ConfigMap meterpulse', ['metadata', 'name'], 'other', 'names ConfigMap meterpulse, which nobody makes'],
  ['Secret database-owner', [], null, 'Job migrate names Secret database-owner, which nobody makes'],
  [
    'Job migrate',
    [...pod, 'volumes', 1, 'projected', 'sources', 0, 'secret', 'name'],
    'database-workers',
    'Job migrate names Secret database-workers, which nobody makes',
  ],
  [
    'Deployment worker',
    [...main, 'env', 0, 'value'],
    'meterpulse',
    'Deployment worker, worker: DATABASE_USER is meterpulse, expected meterpulse_worker_login',
  ],
  ['Deployment worker', [...init, 'env', 0], undefined, 'schema: it is told no DATABASE_USER'],
  ['ConfigMap meterpulse', ['data', 'DATABASE_PASSWORD_FILE'], undefined, 'no DATABASE_PASSWORD_FILE'],
  [
    'ConfigMap meterpulse',
    ['data', 'DATABASE_URL'],
    'postgres://meterpulse@postgres:5432/meterpulse',
    'Deployment gateway, gateway: DATABASE_URL names a user',
  ],
  [
    'Deployment gateway',
    [...pod, 'volumes', 0, 'secret', 'secretName'],
    'database-worker',
    'Deployment worker is given the Secret database-worker of gateway',
  ],
  [
    'Deployment gateway',
    [...main, 'env', 2, 'valueFrom', 'secretKeyRef', 'name'],
    'database-owner',
    'Deployment gateway is given the Secret database-owner of migrate',
  ],
  ['Deployment worker', [...main, 'env', 1], undefined, 'Deployment worker has no DATA_KEYS'],
  ['ServiceAccount gateway', [], null, 'names ServiceAccount gateway, which nobody makes'],
  ['Deployment gateway', [...main, 'image'], 'meterpulse', 'takes any version of meterpulse'],
  ['Deployment gateway', [...main, 'image'], 'meterpulse:latest', 'takes any version of meterpulse:latest'],
];

describe('the rules of manifests', () => {
  let good: Manifest[];
  beforeAll(() => {
    good = parseManifests(GOOD);
  });

  it('take what keeps to them', () => {
    expect(good.length).toBeGreaterThan(10);
    expect(complaints(good)).toEqual([]);
  });

  it.each(CASES)('see what is wrong with %s where %j is %j', (object, path, value, complaint) => {
    expect(complaints(broken(object, path, value)).join('\n')).toContain(complaint);
  });

  // Those of operators are broken in operator-rules.test.ts.
  it.each(RULES.filter((rule) => !OPERATOR_RULES.includes(rule)))(
    '$promise: is broken by a case above',
    (rule) => {
      const breaking = CASES.filter(
        ([object, path, value]) => rule.broken(broken(object, path, value)).length > 0,
      );
      expect(breaking).not.toEqual([]);
    },
  );
});
