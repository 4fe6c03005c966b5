import { spawnSync } from 'node:child_process';

/** kubectl has kustomize built in; either will do. */
const PROGRAMS = [
  ['kubectl', 'kustomize'],
  ['kustomize', 'build'],
] as const;

/** What `kubectl apply -k` would apply. Throws with what the program says. */
export function render(directory: string): string {
  const [program, command] = found() ?? PROGRAMS[0];
  const { status, stdout, stderr, error } = spawnSync(program, [command, directory], { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${command} ${directory}: ${stderr}`);
  return stdout;
}

/** Why nothing can be rendered here; undefined when it can. Throws instead where it must not be missing. */
export function renderUnavailable(): string | undefined {
  if (found() !== undefined) return undefined;
  const missing = 'there is neither kubectl nor kustomize';
  if (process.env['CI'] === 'true') throw new Error(`${missing}, and the manifests are checked here`);
  return missing;
}

let program: (typeof PROGRAMS)[number] | undefined;

function found(): (typeof PROGRAMS)[number] | undefined {
  program ??= PROGRAMS.find(
    ([name, command]) => spawnSync(name, [command, '--help'], { stdio: 'ignore' }).status === 0,
  );
  return program;
}
