import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIVE_ERRORS } from '../../client/live/index.js';
import { parsePage } from '../harness/doc-page.js';
import { installSdk, packTo, type InstalledSdk } from '../harness/installed-sdk.js';
import { LiveStub } from '../harness/live-stub.js';

/** A project without any runtime's types has none. */
const CONSOLE = 'declare const console: { log(...of: unknown[]): void; error(...of: unknown[]): void };';
const MAX_BROWSER_BYTES = 9_216;
const run = promisify(execFile);

/** What its user may write, and what must not compile. */
const USE = `
import { createLiveClient, createView, LiveError, seriesKey, type LiveClient, type LiveReading } from '@meterpulse/live';

const live: LiveClient = createLiveClient({ liveUrl: 'ws://127.0.0.1/live', apiUrl: 'http://127.0.0.1' });
const subscription = live.subscribe({ filter: { sites: ['Depot'], kinds: ['reading', 'chargePoint'] } });
subscription.on('insert', (event) => {
  if (event.kind === 'reading') read(event.data);
  else console.log(event.data.label.length, event.changeId);
});
subscription.on('update', ({ kind, newData, oldData }) => console.log(kind, newData, oldData));
// @ts-expect-error there is no such event
subscription.on('inserted', () => undefined);
// @ts-expect-error nor such a kind
live.subscribe({ filter: { kinds: ['energy'] } });
const brief = live.subscribe({ changedOnly: true });
brief.on('update', (event) => {
  // @ts-expect-error it may not have changed
  if (event.kind === 'reading') event.newData.value.toFixed(1);
  if (event.kind === 'reading') event.newData.value?.toFixed(1);
});
live.on('update', (event) => console.log(event.newData));
live.on('status', ({ state, pushes }) => console.log(state === 'reconnecting', pushes.waiting));
const view = createView(subscription);
view.on('change', ({ series }) => [...series].map((key) => view.readings.get(key)?.value));
function read(reading: LiveReading): number {
  return reading.value + seriesKey(reading).length;
}
export async function main(): Promise<void> {
  try {
    const [outcome] = await live.push({ chargePointId: 'CP-1', timestamp: new Date(), value: 1, unit: 'kWh' });
    if (outcome?.status === 'rejected') console.log(outcome.error.path);
    const { items, nextCursor } = await live.energy({ from: '2026-03-10', to: new Date(), interval: '1h' });
    console.log(items[0]?.energyWh, nextCursor);
    await live.update('CP-1', { label: 'Gate' }, { version: 3 });
  } catch (error) {
    if (error instanceof LiveError && error.code === 'conflict') console.log(error.problem?.currentVersion);
  }
}
`;

describe('the package of the SDK', () => {
  let sdk: InstalledSdk;
  beforeAll(() => {
    sdk = installSdk();
  }, 120_000);
  afterAll(() => (sdk as InstalledSdk | undefined)?.[Symbol.dispose]());

  it('has what npm pack in its directory gives, and no more', () => {
    const destination = mkdtempSync(join(tmpdir(), 'meterpulse-pack-'));
    try {
      const file = packTo(destination, './client/live', []);
      const packed = execFileSync('tar', ['-tzf', join(destination, file)], { encoding: 'utf8' });
      const files = packed
        .trim()
        .split('\n')
        .map((path) => path.replace(/^package\//, ''));
      expect(files.sort()).toEqual(filesOf(sdk.packageDirectory));
      expect(
        files.filter((path) => !/^dist\/types\/(client|protocol)\/live\/[\w-]+\.d\.ts$/.test(path)),
      ).toEqual([
        'LICENSE',
        'README.md',
        'dist/browser.js',
        'dist/node.js',
        'examples/page.html',
        'examples/round-trip.mjs',
        'examples/watch.mjs',
        'package.json',
      ]);
    } finally {
      rmSync(destination, { recursive: true, force: true });
    }
  });

  it('is found faultless by publint', async () => {
    const { messages } = await publint({ pkgDir: sdk.packageDirectory, level: 'suggestion', pack: false });
    expect(messages).toEqual([]);
  });

  it('weighs less than 9 KiB in a page, and imports nothing there', () => {
    const text = readFileSync(join(sdk.packageDirectory, 'dist/browser.js'));
    expect(gzipSync(text, { level: 9 }).length).toBeLessThan(MAX_BROWSER_BYTES);
    expect(text.toString()).not.toMatch(/\bimport\b|\brequire\(|\bprocess\.|\bBuffer\b/);
  });

  it.each([
    ['of nothing but the language', { lib: ['es2022'], module: 'nodenext' }, CONSOLE],
    [
      'of a page, by a bundler',
      { lib: ['es2022', 'dom'], module: 'esnext', moduleResolution: 'bundler' },
      '',
    ],
  ])('has types that hold in a project %s', (_, options, console) => {
    expect(typeErrors(sdk, options, { 'use.ts': USE, 'console.d.ts': console })).toBe('');
  });

  it('does what its pages show, as far as types tell', () => {
    const blocks = ['docs/sdk.md', 'client/live/README.md'].flatMap((path) =>
      parsePage(path, readFileSync(path, 'utf8')).blocks.filter(({ language }) => language === 'ts'),
    );
    expect(blocks.length).toBe(5);
    const files = Object.fromEntries(blocks.map(({ code }, index) => [`block-${index}.ts`, code]));
    const options = { lib: ['es2022'], module: 'nodenext' };
    expect(typeErrors(sdk, options, { ...files, 'console.d.ts': CONSOLE })).toBe('');
  });

  it('has every error on its page', () => {
    const rows = readFileSync('docs/sdk.md', 'utf8').matchAll(/^\| `([a-z-]+)` +\| [^|]+\|$/gm);
    const named = new Set([...rows].flatMap(([, code]) => code ?? []));
    expect(Object.keys(LIVE_ERRORS).filter((code) => !named.has(code))).toEqual([]);
  });

  it('in Node pushes a reading and hears of it', async () => {
    await using stub = await LiveStub.open();
    const example = join(sdk.packageDirectory, 'examples/round-trip.mjs');
    const { stdout, stderr } = await run(process.execPath, [example, stub.url('/live'), stub.url('/ingest')]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^7200 W: durable after [\d.]+ ms, live after [\d.]+ ms\n$/);
  });

  it('in Node can be required, too', async () => {
    const script =
      "const { createLiveClient } = require('@meterpulse/live'); console.log(typeof createLiveClient);";
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: sdk.directory });
    expect(stdout).toBe('function\n');
  });

  it('in Node watches until it is told to end, over a lost connection', async () => {
    await using stub = await LiveStub.open();
    const example = join(sdk.packageDirectory, 'examples/watch.mjs');
    const watching = run(process.execPath, [example, stub.url('/live')]);
    const { child } = watching;
    // It is live from the moment it is connected: the connection is lost after it was told what is there.
    child.stdout?.once('data', () => stub.cut());
    let status = '';
    const endsAtSecondLife = (text: Buffer): void => {
      status += text.toString();
      if (status.split('live, attempts 0\n').length < 3) return;
      child.stderr?.off('data', endsAtSecondLife);
      child.kill('SIGINT');
    };
    child.stderr?.on('data', endsAtSecondLife);
    const { stdout, stderr } = await watching;
    expect(stderr.match(/^\w+/gm)).toEqual(['connecting', 'live', 'reconnecting', 'live', 'closed']);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'INITIAL_DATA', isLast: true });
  });
});

/** What the compiler says about files of the project; '' when they are right. */
function typeErrors(
  { directory }: InstalledSdk,
  options: object,
  files: Readonly<Record<string, string>>,
): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const strict = { target: 'es2022', types: [], strict: true, noEmit: true, skipLibCheck: false };
  const project = { compilerOptions: { ...options, ...strict }, files: Object.keys(files) };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(project));
  const tsc = ['node_modules/typescript/bin/tsc', '-p', directory];
  return spawnSync(process.execPath, tsc, { encoding: 'utf8' }).stdout;
}

function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}
