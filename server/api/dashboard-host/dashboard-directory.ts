import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Beside the compiled program; from source, and in dev mode, what was built last. */
const CANDIDATES = ['../../../dashboard', '../../../dist/dashboard', '../../../../dist/dashboard'];

/** Where the built dashboard lies; null: it isn't built. Its sources, which stand at such a place too, have no `assets`. */
export function dashboardDirectory(): string | null {
  const directories = CANDIDATES.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return directories.find((directory) => existsSync(join(directory, 'assets'))) ?? null;
}
