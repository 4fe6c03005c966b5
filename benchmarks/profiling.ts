import { writeFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector/promises';
import { join } from 'node:path';

/** BENCH_CPU_PROFILE=DIR keeps a CPU profile of each process that is measured there. @param name of its file. */
export function profiling(name: string): { nodeArgs?: string[] } {
  const directory = process.env['BENCH_CPU_PROFILE'];
  if (directory === undefined) return {};
  return {
    nodeArgs: [
      '--cpu-prof',
      `--cpu-prof-dir=${directory}`,
      `--cpu-prof-name=${name}-${Date.now()}.cpuprofile`,
    ],
  };
}

/** The same of a process and all that it forks, a file each: what its node is started with. */
export function profilingTree(): string[] {
  const directory = process.env['BENCH_CPU_PROFILE'];
  return directory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${directory}`];
}

/** The same for a part of a run, by the process itself. @returns what ends it and writes the profile. */
export async function startProfile(name: string): Promise<() => Promise<void>> {
  const directory = process.env['BENCH_CPU_PROFILE'];
  if (directory === undefined) return () => Promise.resolve();
  const stop = await profile();
  return async () => {
    writeFileSync(join(directory, `${name}-${Date.now()}.cpuprofile`), JSON.stringify(await stop()));
  };
}

/** Profiles this process. @returns what ends it, with the profile. */
export async function profile(): Promise<() => Promise<Profiler.Profile>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return profile;
  };
}

/** What a child's environment needs for {@link startProfile}. */
export function profiledIn(): Record<string, string> {
  const directory = process.env['BENCH_CPU_PROFILE'];
  return directory === undefined ? {} : { BENCH_CPU_PROFILE: directory };
}
