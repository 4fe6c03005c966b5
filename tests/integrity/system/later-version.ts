import { cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A migration that this version doesn't know. */
export interface LaterMigration {
  /** Without its number. */
  readonly name: string;
  /** Number of the oldest migration whose code may be used beside it, counted from the newest of this version: 0 is that one. */
  readonly compatibleFrom: number;
  readonly sql: string;
}

/** The program as it is built here, with migrations of a version to come. */
export interface LaterVersion {
  /** Path of its `main.js`. */
  readonly program: string;
  /** Names of its migrations that this version doesn't know. */
  readonly names: readonly string[];
  dispose(): Promise<void>;
}

export async function makeLaterVersion(migrations: readonly LaterMigration[]): Promise<LaterVersion> {
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-later-'));
  await cp('dist', join(directory, 'dist'), { recursive: true });
  await cp('package.json', join(directory, 'package.json'));
  await symlink(resolve('node_modules'), join(directory, 'node_modules'));
  const folder = join(directory, 'dist/store/migrations');
  const newest = Math.max(...(await readdir(folder)).map((file) => Number(file.slice(0, 4))));
  const numbered = (offset: number): string => String(newest + offset).padStart(4, '0');
  const names = migrations.map(({ name }, index) => `${numbered(index + 1)}-${name}`);
  for (const [index, { compatibleFrom, sql }] of migrations.entries()) {
    const text = `-- compatible-from: ${numbered(compatibleFrom)}\n${sql}\n`;
    await writeFile(join(folder, `${names[index] ?? ''}.sql`), text);
  }
  return {
    program: join(directory, 'dist/server/main.js'),
    names,
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
}
