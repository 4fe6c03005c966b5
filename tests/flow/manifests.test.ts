import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../scripts/manifests/manifest.js';
import { operatorFaults } from '../../scripts/manifests/operators/operator-faults.js';
import { render, renderUnavailable } from '../../scripts/manifests/render.js';
import { RULES } from '../../scripts/manifests/rules.js';
import { validateManifests } from '../harness/kubernetes-validate.js';
import { pythonUnavailable } from '../harness/python-environment.js';

const PRODUCTION = 'kubernetes/overlays/production';
const OVERLAYS = ['kubernetes/overlays/minikube', PRODUCTION];
/** Kinds that operators bring: held against schemas of theirs. */
const OF_OPERATORS: Readonly<Record<string, readonly string[]>> = {
  [PRODUCTION]: [
    ...['Certificate', 'Cluster', 'ExternalSecret', 'Kafka', 'KafkaNodePool', 'KafkaUser'],
    ...['ObjectStore', 'PodMonitor', 'PrometheusRule', 'ScaledObject', 'ScheduledBackup'],
    'TriggerAuthentication',
  ],
};
const JOBS_BESIDE = ['kubernetes/replay', 'kubernetes/rehearsal'];

const texts = new Map<string, string>();

/** Each directory once. */
function rendered(directory: string): string {
  const text = texts.get(directory) ?? render(directory);
  texts.set(directory, text);
  return text;
}

const missing = renderUnavailable() ?? pythonUnavailable();

describe.skipIf(missing !== undefined)(`manifests${missing === undefined ? '' : ` (${missing})`}`, () => {
  describe.each(OVERLAYS)('of %s', (overlay) => {
    it('are taken by Kubernetes, no field misspelt', async () => {
      const { faults, unchecked } = await validateManifests(rendered(overlay));
      expect(faults).toEqual([]);
      expect([...new Set(unchecked)].sort()).toEqual(OF_OPERATORS[overlay] ?? []);
      // Each of those that it passes over is held against the schema of its operator.
      expect(operatorFaults(parseManifests(rendered(overlay)))).toEqual({
        faults: [],
        checked: unchecked.length,
      });
    });

    it.each(RULES)('keep the promise: $promise', (rule) => {
      const manifests = parseManifests(rendered(overlay));
      expect(manifests.length).toBeGreaterThan(25);
      expect(rule.broken(manifests)).toEqual([]);
    });
  });

  it.each([...JOBS_BESIDE, 'kubernetes/recovery'])(
    'of %s are taken by Kubernetes, no field misspelt',
    async (directory) => {
      expect(await validateManifests(rendered(directory))).toEqual({ faults: [], unchecked: [] });
    },
  );

  it.each([...OVERLAYS, ...JOBS_BESIDE])('of %s run the version that this is', (directory) => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const images = [...rendered(directory).matchAll(/image: (.*meterpulse.*)$/gm)].map(([, image]) => image);
    const registry = directory === PRODUCTION ? 'registry.example.com/' : '';
    expect(new Set(images)).toEqual(new Set([`${registry}meterpulse:${version}`]));
    for (const script of ['minikube-up.sh', 'rehearse.sh'])
      expect(readFileSync(`kubernetes/${script}`, 'utf8')).toContain(`meterpulse:${version}\n`);
    expect(readFileSync('Dockerfile', 'utf8')).toContain(`ARG VERSION=${version}\n`);
  });

  it('are refused for a misspelt field', async () => {
    const misspelt = rendered('kubernetes/replay').replace(
      'readOnlyRootFilesystem',
      'readOnlyRootFileSystem',
    );
    const { faults } = await validateManifests(misspelt);
    expect(faults.join('\n')).toContain("'readOnlyRootFileSystem' was unexpected");
  });

  // What each operator would say no to, or worse, pass over: by the kind, what stands there, and what is planted.
  it.each([
    ['Cluster', 'isWALArchiver', 'isWalArchiver'],
    ['ScheduledBackup', 'backupOwnerReference: self', 'backupOwnerReference: me'],
    ['ObjectStore', 'retentionPolicy: 30d', 'retentionPolicy: a month'],
    ['Kafka', 'networkPolicyPeers', 'networkPolicyPeer'],
    ['KafkaNodePool', 'kraftMetadata: shared', 'kraftMetadata: alone'],
    ['ScaledObject', 'maxReplicaCount', 'maxReplicasCount'],
    ['ScaledObject', 'lagThreshold', 'lagTreshold'],
    ['KafkaUser', 'patternType: literal', 'patternType: exact'],
    ['TriggerAuthentication', 'secretTargetRef', 'secretTargetRefs'],
    ['PodMonitor', 'podMetricsEndpoints', 'podMetricsEndpoint'],
    ['PrometheusRule', 'expr:', 'expression:'],
    ['Certificate', 'rotationPolicy: Always', 'rotationPolicy: Sometimes'],
    ['ExternalSecret', 'remoteRef', 'remoteRefs'],
  ])('are refused for a %s with %s changed to %s', (kind, right, wrong) => {
    const planted = rendered(PRODUCTION).replace(right, wrong);
    expect(operatorFaults(parseManifests(planted)).faults.join('\n')).toContain(`${kind} `);
  });
});
