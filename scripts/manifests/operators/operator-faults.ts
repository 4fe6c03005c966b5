import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { z } from 'zod';
import { nameOf, type Manifest } from '../manifest.js';
import { LEFT_OUT, type Schema } from './trim-schema.js';

const SCHEMAS = new URL('./schemas/', import.meta.url);
const stored = z.object({
  /** What the schema was read from, with its version. */
  from: z.string(),
  apiVersion: z.string(),
  kind: z.string(),
  schema: z.custom<Schema>((value) => typeof value === 'object' && value !== null),
});

/**
 * What the operators would not take of these manifests, a line each: unknown fields, wrong types and values. Kinds of
 * Kubernetes itself are passed over: kubernetes-validate knows those.
 * @returns `checked`: how many were held against a schema
 */
export function operatorFaults(manifests: readonly Manifest[]): { faults: string[]; checked: number } {
  const found = manifests.flatMap((manifest) => {
    const validate = validators().get(`${manifest.apiVersion} ${manifest.kind}`);
    return validate === undefined ? [] : [{ manifest, validate }];
  });
  const faults = found.flatMap(({ manifest, validate }) =>
    validate(manifest.whole) ? [] : (validate.errors ?? []).map((error) => faultText(manifest, error)),
  );
  return { faults, checked: found.length };
}

let compiled: Map<string, ValidateFunction> | undefined;

function validators(): Map<string, ValidateFunction> {
  compiled ??= compile();
  return compiled;
}

function compile(): Map<string, ValidateFunction> {
  // Keywords of Kubernetes stay beside those of JSON Schema.
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, code: { regExp: goRegExp } });
  ajv.addKeyword({ keyword: LEFT_OUT, validate: () => false });
  return new Map(
    readdirSync(SCHEMAS)
      .filter((name) => name.endsWith('.json'))
      .map((name) => {
        const { apiVersion, kind, schema } = stored.parse(
          JSON.parse(readFileSync(new URL(name, SCHEMAS), 'utf8')),
        );
        return [`${apiVersion} ${kind}`, ajv.compile(exact(schema))];
      }),
  );
}

/** Patterns are Go's: in them `(?i)` says what a flag says here. */
const goRegExp = Object.assign(
  (pattern: string, flags: string): RegExp =>
    pattern.includes('(?i)')
      ? new RegExp(pattern.replace('(?i)', ''), `${flags}i`)
      : new RegExp(pattern, flags),
  { code: 'new RegExp' },
);

/** As `kubectl apply --validate=strict` has it: a field that no schema names is none. */
function exact(schema: Schema): Schema {
  const parts = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, exactPart(keyword, value)]),
  );
  const isOpen =
    schema.properties === undefined ||
    schema.additionalProperties !== undefined ||
    schema['x-kubernetes-preserve-unknown-fields'] === true;
  return isOpen ? parts : { ...parts, additionalProperties: false };
}

function exactPart(keyword: string, value: unknown): unknown {
  if (keyword === 'properties')
    return Object.fromEntries(
      Object.entries(value as Record<string, Schema>).map(([name, part]) => [name, exact(part)]),
    );
  // The choices of Kubernetes say what has to be there, and name no fields of their own; those of Strimzi name all.
  if (['anyOf', 'oneOf', 'allOf'].includes(keyword)) return (value as Schema[]).map(exact);
  const isSchema = ['items', 'additionalProperties'].includes(keyword) && typeof value === 'object';
  return isSchema ? exact(value as Schema) : value;
}

function faultText(manifest: Manifest, { instancePath, message, params, keyword }: ErrorObject): string {
  const where = `${nameOf(manifest)}, ${instancePath || '/'}`;
  if (keyword === LEFT_OUT)
    return `${where}: its schema is not here yet: scripts/manifests/operators/README.md`;
  const { additionalProperty, allowedValues } = params as Record<string, unknown>;
  const more = additionalProperty ?? allowedValues;
  return `${where}: ${message ?? keyword}${more === undefined ? '' : `: ${JSON.stringify(more)}`}`;
}
