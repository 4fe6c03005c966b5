import { spawnSync } from 'node:child_process';

/** Debian's package `prometheus` has both. */
const PROGRAMS = ['promtool', 'prometheus'] as const;

/** Why Prometheus' own programs can't be asked; undefined when they can. Throws instead where they must not be missing. */
export function prometheusUnavailable(): string | undefined {
  const absent = PROGRAMS.find(
    (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status !== 0,
  );
  if (absent === undefined) return undefined;
  const missing = `there is no ${absent}`;
  if (process.env['CI'] === 'true')
    throw new Error(`${missing}, and the rules of Prometheus are checked here`);
  return missing;
}

/** What promtool says, and whether it found nothing wrong. */
export function promtool(...args: readonly string[]): { readonly ok: boolean; readonly output: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  return { ok: status === 0, output: `${stdout}${stderr}` };
}
