import type { Ending, Program } from './program.js';
import type { SourceChanges } from './source-changes.js';
import type { Transpiled, Transpiler } from './transpiler.js';

export interface DevLoopParts {
  readonly changes: Pick<SourceChanges, 'some' | 'take'>;
  readonly transpiler: Pick<Transpiler, 'all' | 'update'>;
  readonly program: Pick<Program, 'isRunning' | 'ended' | 'start' | 'stop'>;
  /** Dev mode ends when the program has ended by itself. */
  readonly endsWithProgram: boolean;
  readonly tell: (event: DevEvent) => void;
}

export type DevEvent =
  | { readonly kind: 'restarting'; readonly paths: readonly string[] }
  /** The program as it was goes on, if it runs. */
  | { readonly kind: 'broken'; readonly report: string; readonly running: boolean }
  | { readonly kind: 'ended'; readonly ending: Ending };

/**
 * Runs a program, and anew after each change of its sources, until the signal aborts. A change that doesn't transpile leaves
 * the program as it is; one that ended by itself waits for the next change.
 */
export async function runDevLoop(parts: DevLoopParts, signal: AbortSignal): Promise<void> {
  const { changes, transpiler, program, tell } = parts;
  let paths: string[] = [];
  let result = await transpiler.all();
  try {
    for (;;) {
      if (!result.ok) tell({ kind: 'broken', report: result.report, running: program.isRunning });
      else if (result.changed || !program.isRunning) {
        if (program.isRunning) tell({ kind: 'restarting', paths });
        await program.stop();
        await catchUp(parts);
        program.start();
      }
      const ending = await untilEndedOrChanged(parts, signal);
      if (ending !== null && parts.endsWithProgram) return;
      if (ending !== null) tell({ kind: 'ended', ending });
      if (!(await changes.some(signal))) return;
      paths = changes.take();
      result = await transpiler.update(paths);
    }
  } finally {
    await program.stop();
  }
}

/** What changed while the program stopped goes into this start and not into another one. */
async function catchUp({ changes, transpiler, program, tell }: DevLoopParts): Promise<void> {
  const paths = changes.take();
  if (paths.length === 0) return;
  const result: Transpiled = await transpiler.update(paths);
  if (!result.ok) tell({ kind: 'broken', report: result.report, running: program.isRunning });
}

/** Null: there is a change, or the signal aborted. */
async function untilEndedOrChanged(
  { changes, program }: DevLoopParts,
  signal: AbortSignal,
): Promise<Ending | null> {
  if (!program.isRunning) return null;
  const over = new AbortController();
  const changed = changes.some(AbortSignal.any([signal, over.signal])).then(() => null);
  try {
    return await Promise.race([program.ended(), changed]);
  } finally {
    over.abort();
  }
}
