import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knownMigrations } from './known-migrations.js';

describe('knownMigrations', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'meterpulse-migrations-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const known = (): ReturnType<typeof knownMigrations> => knownMigrations(pathToFileURL(`${directory}/`));
  const put = (file: string, text: string): Promise<void> => writeFile(join(directory, file), text);

  it('reads what each says that it can be used beside, whatever its line ends', async () => {
    await put('0012-b.sql', '-- compatible-from: 0011\r\nselect 2;\r\n');
    await put('0010-old.sql', 'select 1;\n');
    await put('README.md', 'no migration');
    expect(await known()).toMatchObject([
      { version: 10, name: '0010-old', compatibleFrom: 10 },
      { version: 12, name: '0012-b', compatibleFrom: 11, sql: '-- compatible-from: 0011\nselect 2;\n' },
    ]);
  });

  it.each([
    ['says nothing', 'select 1;\n'],
    ['says it further down', '\n-- compatible-from: 0011\n'],
    ['names no number of four digits', '-- compatible-from: 11\n'],
    ['names a later one than itself', '-- compatible-from: 0013\n'],
  ])('refuses a migration that %s', async (_, text) => {
    await put('0012-b.sql', text);
    await expect(known()).rejects.toThrow('0012-b.sql');
  });

  it('finds a declaration in each migration of this version', async () => {
    const all = await knownMigrations();
    expect(all.map(({ version }) => version)).toEqual(all.map((_, index) => index + 1));
  });
});
