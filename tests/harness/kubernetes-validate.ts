import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pythonEnvironment } from './python-environment.js';

/** Packages of the program, beside those of the interoperation tests. */
export const VALIDATE_REQUIREMENTS = join(import.meta.dirname, '../manifests/requirements.txt');
const VERSION = '1.34.0';

/**
 * What Kubernetes would not take of these YAML documents: a line each. Unknown fields count; kinds that operators bring are
 * named as `unchecked`.
 */
export async function validateManifests(text: string): Promise<{ faults: string[]; unchecked: string[] }> {
  const python = await pythonEnvironment([VALIDATE_REQUIREMENTS]);
  const { stdout, stderr, error } = spawnSync(
    python,
    ['-m', 'kubernetes_validate', '-k', VERSION, '--strict', '-'],
    { input: text, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (error !== undefined) throw error;
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new Error('kubernetes-validate says nothing');
  const unchecked = lines.flatMap((line) => /Couldn't find schema for kind (\w+)/.exec(line)?.[1] ?? []);
  const faults = lines.filter((line) => !/ passed for resource |Couldn't find schema for kind/.test(line));
  return { faults, unchecked };
}
