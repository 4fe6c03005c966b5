import { readFileSync } from 'node:fs';

/** Of the peers that a suite measured, by name; as the files that pin them have it. */
export function npmVersion(name: string): string {
  const manifest = JSON.parse(read(`../../node_modules/${name}/package.json`)) as { version: string };
  return manifest.version;
}

export function pythonVersion(name: string): string {
  const pins = read('../../tests/integrity/interoperation/requirements.txt') + read('requirements.txt');
  return pinned(name, new RegExp(`^${name}==(\\S+)`, 'm').exec(pins)?.[1]);
}

export function mavenVersion(artifact: string): string {
  const pom = read('debezium/pom.xml');
  const version = new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>([^<]+)<`).exec(pom)?.[1];
  return pinned(artifact, version);
}

function pinned(name: string, version: string | undefined): string {
  if (version === undefined) throw new Error(`no version of ${name} is pinned`);
  return version;
}

function read(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}
