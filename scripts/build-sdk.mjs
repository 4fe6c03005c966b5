// Makes the package client/live: one file for pages, one for Node, and the types that both share. `npm pack` runs it.
// With a directory it makes the package there.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const sdk = join(root, 'client/live');
const target = resolve(process.argv[2] ?? sdk);
const dist = join(target, 'dist');
rmSync(dist, { recursive: true, force: true });

// Checked as a page sees it: with the types of browsers and without those of Node.
const types = join(dist, 'types');
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(
  process.execPath,
  [tsc, '-p', join(sdk, 'tsconfig.types.json'), '--outDir', types],
  {
    // `npm pack --json` has nothing else on its standard output.
    stdio: ['ignore', process.stderr, 'inherit'],
  },
);
if (status !== 0) process.exit(status ?? 1);

// Of what tsc wrote, the types that are part of the interface.
const shown = new Set();
show(join(types, 'client/live/index.d.ts'));
for (const entry of readdirSync(types, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && !shown.has(path)) rmSync(path);
}

function show(path) {
  if (shown.has(path)) return;
  if (!existsSync(path)) throw new Error(`${path} is needed by the types, and is none of them`);
  shown.add(path);
  for (const [, from] of readFileSync(path, 'utf8').matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
    if (!from.startsWith('.'))
      throw new Error(`${path} names the types of ${from}, which a user may not have`);
    show(resolve(dirname(path), from.replace(/\.js$/, '.d.ts')));
  }
}

const common = { bundle: true, format: 'esm', target: 'es2022', legalComments: 'none', logLevel: 'warning' };
await build({
  ...common,
  entryPoints: [join(sdk, 'index.ts')],
  outfile: join(dist, 'browser.js'),
  platform: 'browser',
  minify: true,
});
await build({
  ...common,
  entryPoints: [join(sdk, 'node.ts')],
  outfile: join(dist, 'node.js'),
  platform: 'node',
  external: ['ws'],
});
// As old as it is: younger than what was built from the sources, it would have that built again (ensure-build.mjs).
cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'), { preserveTimestamps: true });
if (target !== sdk) {
  for (const part of ['package.json', 'README.md', 'examples'])
    cpSync(join(sdk, part), join(target, part), { recursive: true });
}
