import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A project that has nothing but the packed SDK, as its user installs it. */
export interface InstalledSdk {
  readonly directory: string;
  /** Of the package in it. */
  readonly packageDirectory: string;
  [Symbol.dispose](): void;
}

/** Packs the SDK and installs it into an empty project, from files alone: no registry is asked. */
export function installSdk(): InstalledSdk {
  const directory = mkdtempSync(join(tmpdir(), 'meterpulse-sdk-'));
  const made = join(directory, 'made');
  const project = join(directory, 'project');
  mkdirSync(made);
  mkdirSync(project);
  execFileSync(process.execPath, ['scripts/build-sdk.mjs', made], { stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(join(project, 'package.json'), '{"name":"of-a-user","private":true,"type":"module"}');
  // What it depends on comes from the packages that are installed here.
  const packed = [made, './node_modules/ws'].map((source) => join(directory, packTo(directory, source)));
  npm(['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', ...packed], project);
  return {
    directory: project,
    packageDirectory: join(project, 'node_modules/@meterpulse/live'),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Returns the name of the file. */
export function packTo(
  destination: string,
  source: string,
  flags: readonly string[] = ['--ignore-scripts'],
): string {
  const output = npm(['pack', source, '--pack-destination', destination, '--json', ...flags]);
  const [{ filename }] = JSON.parse(output) as [{ filename: string }];
  return filename;
}

function npm(parameters: readonly string[], cwd?: string): string {
  return execFileSync('npm', parameters, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    // npm is a script there.
    shell: process.platform === 'win32',
  });
}
