import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const COMPILED = join(ROOT, '.cache/bench');

/**
 * Compiles product and floors by the same plain `tsc` as the release: a loader that compiles on the fly would wrap
 * functions for the sake of their names, and slow down what is measured.
 */
export function compile(): void {
  const { status, error } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(import.meta.dirname, 'tsconfig.json')],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`tsc ended with ${status ?? 'a signal'}`);
  cpSync(join(ROOT, 'store/migrations'), join(COMPILED, 'store/migrations'), { recursive: true });
}

/** Where `compile` puts what it made of a source file, named from the repository's root without its extension. */
export function compiled(source: string): string {
  return join(COMPILED, `${source}.js`);
}
