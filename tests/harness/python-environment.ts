/**
 * A virtual environment with the Python packages of the interoperation tests, in the versions and with the hashes that their
 * requirements name. Made once a machine and requirements; where that can't be the tests are skipped with the reason, or fail
 * where CI is set.
 */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const REQUIREMENTS = join(import.meta.dirname, '../integrity/interoperation/requirements.txt');
const PROGRAMS = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
/** What the pinned packages need, and that a virtual environment can be made. */
const IS_FIT = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';

/** The environment's Python. @param more requirements beyond those of the tests: another environment. */
export async function pythonEnvironment(more: readonly string[] = []): Promise<string> {
  const requirements = [REQUIREMENTS, ...more];
  const environment = directory(requirements);
  const python = join(environment, 'bin/python');
  if (existsSync(python)) return python;
  const program = fitProgram();
  if (program === undefined) throw new Error(missing());
  const run = promisify(execFile);
  await mkdir(join(environment, '..'), { recursive: true });
  // Made aside and renamed: an installation cut short, or two at once, never leave half an environment.
  const made = await mkdtemp(`${environment}-`);
  try {
    await run(program, ['-m', 'venv', made]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'];
    await run(join(made, 'bin/python'), [
      ...install,
      '--only-binary=:all:',
      '--require-hashes',
      ...requirements.flatMap((file) => ['-r', file]),
    ]);
    await rename(made, environment).catch((error: unknown) => {
      if (!existsSync(python)) throw error;
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  return python;
}

/** Why there can be no environment here; undefined when there can. Throws instead where it must not be missing. */
export function pythonUnavailable(): string | undefined {
  if (existsSync(directory([REQUIREMENTS])) || fitProgram() !== undefined) return undefined;
  if (process.env['CI'] === 'true') throw new Error(`${missing()}, and the tests with it are required here`);
  return missing();
}

function missing(): string {
  return 'there is no Python of version 3.10 or newer with venv and pip';
}

function fitProgram(): string | undefined {
  return PROGRAMS.find((program) => spawnSync(program, ['-c', IS_FIT], { stdio: 'ignore' }).status === 0);
}

function directory(requirements: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of requirements) hash.update(readFileSync(file));
  const version = hash.digest('hex').slice(0, 12);
  return join(homedir(), '.cache/meterpulse-python', version);
}
