import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Transpiler, type Transpiled } from './transpiler.js';

describe('the transpiler of dev mode', () => {
  let root: string;
  const home = process.cwd();
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'meterpulse-transpile-'));
    process.chdir(root);
  });
  afterEach(async () => {
    process.chdir(home);
    await rm(root, { recursive: true, force: true });
  });

  async function write(path: string, text: string): Promise<string> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    return path;
  }
  const report = (result: Transpiled): string => (result.ok ? '' : result.report);

  it('makes JavaScript of TypeScript, copies what else is there, and leaves tests out', async () => {
    await write('store/rows.ts', 'export const rows: number = 3;\n');
    await write('store/rows.test.ts', 'throw new Error();\n');
    await write('store/migrations/0001.sql', 'select 1;\n');
    await write('out/store/gone.js', 'from a source that was removed');
    expect(await new Transpiler(['store'], 'out').all()).toEqual({ ok: true, changed: true });
    expect(await readFile('out/store/rows.js', 'utf8')).toContain('const rows = 3;');
    expect(await readFile('out/store/migrations/0001.sql', 'utf8')).toBe('select 1;\n');
    expect((await readdir('out/store')).sort()).toEqual(['migrations', 'rows.js', 'rows.js.map']);
  });

  it('leads back to the line of the source', async () => {
    await write('store/deep/rows.ts', 'interface A {\n  a: 1;\n}\nexport const a: A = { a: 1 };\n');
    await new Transpiler(['store'], 'out').all();
    const code = (await readFile('out/store/deep/rows.js', 'utf8')).split('\n');
    expect(code).toContain('//# sourceMappingURL=rows.js.map');
    const map = JSON.parse(await readFile('out/store/deep/rows.js.map', 'utf8')) as SourceMapPayload;
    expect(map.sources).toEqual(['../../../store/deep/rows.ts']);
    const line = code.findIndex((text) => text.startsWith('const a'));
    expect(new SourceMap(map).findEntry(line, 0)).toMatchObject({ originalLine: 3 });
  });

  it('knows a save that changes nothing', async () => {
    const file = await write('store/rows.ts', 'export const rows = 3;\n');
    const transpiler = new Transpiler(['store'], 'out');
    await transpiler.all();
    expect(await transpiler.update([file])).toEqual({ ok: true, changed: false });
    await write(file, 'export const rows = 4;\n');
    expect(await transpiler.update([file, file])).toEqual({ ok: true, changed: true });
  });

  it('writes nothing while a file has a syntax error, says where it is, and all of it afterwards', async () => {
    const good = await write('store/good.ts', 'export const good = 1;\n');
    const bad = await write('store/bad.ts', 'export const bad = 1;\n');
    const transpiler = new Transpiler(['store'], 'out');
    await transpiler.all();
    await write(good, 'export const good = 2;\n');
    await write(bad, 'export const ok = 1;\nexport const bad = = 2;\n');
    const broken = await transpiler.update([good, bad]);
    expect(report(broken)).toContain('store/bad.ts:2:19');
    expect(await readFile('out/store/good.js', 'utf8')).toContain('good = 1');
    await write(bad, 'export const bad = 2;\n');
    expect(await transpiler.update([bad])).toEqual({ ok: true, changed: true });
    expect(await readFile('out/store/good.js', 'utf8')).toContain('good = 2');
    expect(await readFile('out/store/bad.js', 'utf8')).toContain('bad = 2');
  });

  it('removes what a removed source left', async () => {
    const file = await write('store/rows.ts', 'export const rows = 3;\n');
    const transpiler = new Transpiler(['store'], 'out');
    await transpiler.all();
    await rm(file);
    expect(await transpiler.update([file])).toEqual({ ok: true, changed: true });
    expect(existsSync('out/store/rows.js')).toBe(false);
    expect(await transpiler.update([file])).toEqual({ ok: true, changed: false });
  });
});
