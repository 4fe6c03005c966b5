import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { formatMessages, transform, type TransformFailure } from 'esbuild';

export type Transpiled =
  /** `changed`: some file of the program is another than before. */
  | { readonly ok: true; readonly changed: boolean }
  /** Nothing was written. `report` says what is wrong and where, with the line at fault. */
  | { readonly ok: false; readonly report: string };

/** A written file; null removes it. */
type Output = readonly [path: string, content: string | Buffer | null];

const TYPESCRIPT = /(?<!\.d)\.ts$/;
const TEST = /\.test\.ts$/;

/**
 * Keeps a folder of plain JavaScript in step with the sources, file by file, with source maps: Node then starts several
 * times faster than with a loader that transpiles in each process. Types aren't checked. A file is replaced as a whole, so
 * two of these may serve the same folder.
 */
export class Transpiler {
  /** Of the sources that are transpiled, by path. */
  private readonly hashes = new Map<string, string>();
  /** Not written yet: they, or files changed with them, didn't transpile. */
  private pending = new Set<string>();

  constructor(
    private readonly folders: readonly string[],
    private readonly outFolder: string,
  ) {}

  /** Everything anew, and nothing else in the folder. */
  async all(): Promise<Transpiled> {
    const sources = await filesBelow(this.folders);
    const result = await this.update(sources);
    const expected = new Set(sources.flatMap(outputsOf).map((path) => join(this.outFolder, path)));
    const found = await filesBelow([this.outFolder]).catch(() => []);
    await Promise.all(found.filter((path) => !expected.has(path)).map((path) => rm(path, { force: true })));
    return result;
  }

  /** What changed, and what is still pending: all of it, or nothing when a file has a syntax error. */
  async update(paths: Iterable<string>): Promise<Transpiled> {
    for (const path of paths) if (!TEST.test(path)) this.pending.add(path);
    const hashes = new Map<string, string>();
    const failures: TransformFailure[] = [];
    const outputs = await Promise.all(
      [...this.pending].map(async (path): Promise<Output[]> => {
        const source = await readFile(path).catch(() => null);
        const hash = source === null ? '' : createHash('sha256').update(source).digest('hex');
        // An editor's save often comes as several events.
        if (this.hashes.get(path) === hash) return [];
        hashes.set(path, hash);
        if (source === null) return outputsOf(path).map((output): Output => [output, null]);
        if (!TYPESCRIPT.test(path)) return [[path, source]];
        try {
          return await transpile(path, source, this.outFolder);
        } catch (error) {
          failures.push(error as TransformFailure);
          return [];
        }
      }),
    );
    if (failures.length > 0) return { ok: false, report: await reportOf(failures) };
    await Promise.all(outputs.flat().map(([path, content]) => replace(join(this.outFolder, path), content)));
    for (const [path, hash] of hashes) this.hashes.set(path, hash);
    this.pending.clear();
    return { ok: true, changed: hashes.size > 0 };
  }
}

async function transpile(path: string, source: Buffer, outFolder: string): Promise<Output[]> {
  const [code = '', map = ''] = outputsOf(path);
  const result = await transform(source, {
    loader: 'ts',
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    sourcefile: path,
    sourcemap: 'external',
    sourcesContent: false,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  const link = `//# sourceMappingURL=${map.split('/').at(-1) ?? ''}\n`;
  const fromMap = relative(dirname(join(outFolder, map)), path).replaceAll('\\', '/');
  const sourceMap = { ...(JSON.parse(result.map) as object), sources: [fromMap] };
  return [
    [code, result.code + link],
    [map, JSON.stringify(sourceMap)],
  ];
}

/** Where a source's outputs lie below the output folder: the code first. */
function outputsOf(path: string): string[] {
  if (TEST.test(path)) return [];
  if (!TYPESCRIPT.test(path)) return [path];
  const code = path.replace(TYPESCRIPT, '.js');
  return [code, `${code}.map`];
}

/** In one step: a process that starts just now reads the old file or the new one. */
async function replace(path: string, content: string | Buffer | null): Promise<void> {
  if (content === null) {
    await rm(path, { force: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, content);
  await rename(unfinished, path);
}

async function filesBelow(folders: readonly string[]): Promise<string[]> {
  const listed = await Promise.all(
    folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })),
  );
  return listed
    .flat()
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'));
}

async function reportOf(failures: readonly TransformFailure[]): Promise<string> {
  const messages = failures.flatMap(({ errors }) => errors);
  const color = process.stderr.isTTY;
  return (await formatMessages(messages, { kind: 'error', color })).join('');
}
