/**
 * Writes `schemas/`, from the packages that `sources.ts` names, as far as the production overlay uses them:
 * `tsx scripts/manifests/operators/write-schemas.ts`. Needs Go, Maven and a JDK; tests read what it wrote, and need none.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseManifests } from '../manifest.js';
import { render } from '../render.js';
import {
  GO_SOURCES,
  KEDA,
  KEDA_SCALERS,
  STRIMZI_API,
  STRIMZI_CLASSES,
  STRIMZI_VERSION,
  type GoSource,
} from './sources.js';
import { trimSchema, type Schema } from './trim-schema.js';

const definition = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(
      z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: z.custom<Schema>() }) }),
    ),
  }),
});
const HERE = import.meta.dirname;
const manifests = parseManifests(render('kubernetes/overlays/production'));
const work = mkdtempSync(join(tmpdir(), 'operator-schemas-'));
try {
  GO_SOURCES.forEach(writeOfDefinition);
  writeOfStrimzi();
} finally {
  rmSync(work, { recursive: true, force: true });
}
execFileSync('npx', ['prettier', '--write', '--log-level', 'warn', join(HERE, 'schemas')], {
  stdio: 'inherit',
});

function writeOfDefinition({ module, version, file }: GoSource): void {
  const text = readFileSync(join(directoryOf(module, version), file), 'utf8');
  const { group, names, versions } = definition.parse(parse(text)).spec;
  for (const { name, schema } of versions)
    write(`${module} ${version}`, `${group}/${name}`, names.kind, schema.openAPIV3Schema);
}

function directoryOf(module: string, version: string): string {
  writeFileSync(join(work, 'go.mod'), 'module schemas\n');
  const found = execFileSync('go', ['mod', 'download', '-json', `${module}@${version}`], { cwd: work });
  return z.object({ Dir: z.string() }).parse(JSON.parse(found.toString())).Dir;
}

/** What the metadata of a trigger may and must have, by the tags of the fields that KEDA reads it into. */
function triggers(): Schema[] {
  return Object.entries(KEDA_SCALERS).map(([type, file]) => {
    const code = readFileSync(join(directoryOf(KEDA.module, KEDA.version), file), 'utf8');
    const tags = [...code.matchAll(/keda:"name=(\w+),([^"]*)"/g)].filter(([, , rest = '']) =>
      /order=[^,]*triggerMetadata/.test(rest),
    );
    const required = tags.filter(([, , rest = '']) => !/optional|default=/.test(rest));
    const metadata = {
      properties: Object.fromEntries(tags.map(([, name = '']) => [name, { type: 'string' }])),
      required: required.map(([, name]) => name),
      additionalProperties: false,
    };
    return { if: { properties: { type: { const: type } } }, then: { properties: { metadata } } };
  });
}

function writeOfStrimzi(): void {
  const libraries = join(work, 'libs');
  const pom = ['-f', join(HERE, 'pom.xml'), `-Dstrimzi=${STRIMZI_VERSION}`];
  execFileSync('mvn', [
    ...['-q', '-B', ...pom, 'dependency:copy-dependencies', '-DincludeScope=runtime'],
    `-DoutputDirectory=${libraries}`,
  ]);
  for (const [kind, name] of Object.entries(STRIMZI_CLASSES)) {
    const printed = execFileSync('java', ['-cp', `${libraries}/*`, join(HERE, 'StrimziSchema.java'), name], {
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // Its metadata is the class of a client, which Kubernetes judges anyway.
    const schema = z.custom<Schema>().parse(JSON.parse(printed.toString()));
    const properties = { ...schema.properties, metadata: { type: 'object' } };
    write(`io.strimzi:api:${STRIMZI_VERSION}`, STRIMZI_API, kind, { ...schema, properties });
  }
}

/** One that the overlay has none of is left out. */
function write(from: string, apiVersion: string, kind: string, schema: Schema): void {
  const values = manifests.filter((each) => each.apiVersion === apiVersion && each.kind === kind);
  if (values.length === 0) return;
  const trimmed = trimSchema(
    schema,
    values.map(({ whole }) => whole),
  );
  if (kind === 'ScaledObject') withTriggers(trimmed);
  const text = JSON.stringify({ from, apiVersion, kind, schema: trimmed });
  writeFileSync(join(HERE, 'schemas', `${kind}.json`), text);
}

function withTriggers(schema: Schema): void {
  const items = schema.properties?.['spec']?.properties?.['triggers']?.items;
  if (items === undefined) throw new Error('the schema of a ScaledObject has no triggers');
  Object.assign(items, { allOf: triggers() });
}
