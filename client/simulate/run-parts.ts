import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { SimulateHooks, SimulateResult } from './simulate.js';
import { mergeSnapshots, type TallySnapshot } from './tally.js';

/** What a part tells. */
export type PartMessage =
  | { readonly type: 'progress'; readonly snapshot: TallySnapshot; readonly elapsedMs: number }
  | { readonly type: 'result'; readonly result: SimulateResult };

/** Runs a fleet in several processes, each with its part. `args` are those of the command line. */
export async function runParts(
  processes: number,
  args: readonly string[],
  hooks: SimulateHooks,
): Promise<SimulateResult> {
  const [, program = ''] = process.argv;
  const snapshots = new Map<number, TallySnapshot>();
  const results: SimulateResult[] = [];
  const children = Array.from({ length: processes }, (_, part): ChildProcess => {
    const child = fork(program, ['simulate', ...args, '--part', `${part}/${processes}`], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (message: PartMessage) => {
      if (message.type === 'result') results.push(message.result);
      else {
        snapshots.set(part, message.snapshot);
        hooks.onProgress?.(mergeSnapshots([...snapshots.values()]), message.elapsedMs);
      }
    });
    return child;
  });
  const end = (): void => {
    for (const child of children) child.kill('SIGTERM');
  };
  hooks.signal.addEventListener('abort', end, { once: true });
  try {
    await Promise.all(
      children.map(async (child) => {
        const [code] = (await once(child, 'exit')) as [number | null];
        // The others can't make the fleet whole.
        if (code === null || (code !== 0 && code !== 1 && !hooks.signal.aborted)) end();
      }),
    );
  } finally {
    hooks.signal.removeEventListener('abort', end);
  }
  if (results.length < processes)
    throw new MeterpulseError(
      'SIMULATION_INCOMPLETE',
      `${processes - results.length} of ${processes} processes ended without a result.`,
    );
  return {
    ...mergeSnapshots(results),
    seconds: Math.max(...results.map(({ seconds }) => seconds)),
    from: Math.min(...results.map(({ from }) => from)),
    to: Math.max(...results.map(({ to }) => to)),
    damaged: results.reduce((sum, { damaged }) => sum + damaged, 0),
  };
}
