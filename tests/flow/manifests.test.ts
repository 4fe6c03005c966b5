import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../scripts/manifests/manifest.js';
import { render, renderUnavailable } from '../../scripts/manifests/render.js';
import { RULES } from '../../scripts/manifests/rules.js';
import { validateManifests } from '../harness/kubernetes-validate.js';
import { pythonUnavailable } from '../harness/python-environment.js';

const OVERLAYS = ['kubernetes/overlays/minikube'];
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
      expect(await validateManifests(rendered(overlay))).toEqual({ faults: [], unchecked: [] });
    });

    it.each(RULES)('keep the promise: $promise', (rule) => {
      const manifests = parseManifests(rendered(overlay));
      expect(manifests.length).toBeGreaterThan(25);
      expect(rule.broken(manifests)).toEqual([]);
    });
  });

  it.each(JOBS_BESIDE)('of %s are taken by Kubernetes, no field misspelt', async (directory) => {
    expect(await validateManifests(rendered(directory))).toEqual({ faults: [], unchecked: [] });
  });

  it.each([...OVERLAYS, ...JOBS_BESIDE])('of %s run the version that this is', (directory) => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const images = [...rendered(directory).matchAll(/image: (.*meterpulse.*)$/gm)].map(([, image]) => image);
    expect(new Set(images)).toEqual(new Set([`meterpulse:${version}`]));
    expect(readFileSync('kubernetes/minikube-up.sh', 'utf8')).toContain(`meterpulse:${version}\n`);
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
});
