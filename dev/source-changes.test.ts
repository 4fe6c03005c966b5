import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SourceChanges } from './source-changes.js';

describe('changes of the sources', () => {
  let folder: string;
  let changes: SourceChanges;
  beforeEach(async () => {
    // Below a hidden folder, as a checkout may well be.
    folder = join(await mkdtemp(join(tmpdir(), '.meterpulse-watch-')), 'store');
    await mkdir(folder);
    await writeFile(join(folder, 'a.ts'), '');
    changes = await SourceChanges.watch({ folders: [folder], quietMs: 100 });
  });
  afterEach(async () => {
    await changes.close();
    await rm(join(folder, '..'), { recursive: true, force: true });
  });
  async function names(): Promise<string[]> {
    expect(await changes.some(new AbortController().signal)).toBe(true);
    return changes
      .take()
      .map((path) => basename(path))
      .sort();
  }

  it('come burst by burst, each file once', async () => {
    for (let time = 0; time < 5; time++) {
      await appendFile(join(folder, 'a.ts'), 'x');
      await writeFile(join(folder, 'b.ts'), String(time));
    }
    expect(await names()).toEqual(['a.ts', 'b.ts']);
    expect(changes.take()).toEqual([]);
  });

  it('tell of files in new folders, of renamed and of removed ones', async () => {
    await mkdir(join(folder, 'new'));
    await writeFile(join(folder, 'new', 'c.ts'), '');
    expect(await names()).toEqual(['c.ts']);
    await rename(join(folder, 'new', 'c.ts'), join(folder, 'd.ts'));
    expect(await names()).toEqual(['c.ts', 'd.ts']);
    await rm(join(folder, 'd.ts'));
    expect(await names()).toEqual(['d.ts']);
  });

  it('leave out tests and what editors keep beside a file', async () => {
    for (const name of ['a.test.ts', '.a.ts.swp', 'a.ts~', '.hidden.ts'])
      await writeFile(join(folder, name), '');
    await writeFile(join(folder, 'z.ts'), '');
    expect(await names()).toEqual(['z.ts']);
  });

  it('stop being awaited when the signal aborts', async () => {
    expect(await changes.some(AbortSignal.abort())).toBe(false);
    expect(changes.take()).toEqual([]);
  });
});
