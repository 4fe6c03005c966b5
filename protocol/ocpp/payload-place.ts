/** Where in a request a fault of its schema lies, and what the schema says of that place. */
import type { JsonSchema } from './message-schemas.js';

export interface Place {
  /** The schema of the field; undefined where the schema has none. */
  readonly schema: JsonSchema | undefined;
  /** What was sent there; undefined when nothing was. */
  readonly value: unknown;
  readonly isRequired: boolean;
  /** Names of the fields from the outermost, elements of lists as `*`: `eventData.*.seqNo`. */
  readonly field: string;
  /** The outermost field on the way that may be left out; undefined when all are required. */
  readonly optionalPart: string | undefined;
}

/** @param pointer JSON pointer into the payload, of a field that need not be there */
export function placeOf(root: JsonSchema, payload: unknown, pointer: string): Place {
  let schema: JsonSchema | undefined = root;
  let value = payload;
  let isRequired = true;
  let optionalPart: string | undefined;
  const names: string[] = [];
  for (const name of namesOf(pointer)) {
    const object: JsonSchema | undefined = referred(root, schema);
    if (Array.isArray(value)) {
      names.push('*');
      schema = object?.items;
      isRequired = true;
      value = (value as unknown[])[Number(name)];
      continue;
    }
    names.push(name);
    schema = object?.properties?.[name];
    isRequired = object?.required?.includes(name) ?? false;
    if (!isRequired) optionalPart ??= names.join('.');
    value = own(value, name);
  }
  return { schema: referred(root, schema), value, isRequired, field: names.join('.'), optionalPart };
}

/** `/a/0/b` is a, 0, b. */
export function namesOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => (name.includes('~') ? name.replaceAll('~1', '/').replaceAll('~0', '~') : name));
}

export function pointerTo(pointer: string, name: string): string {
  return `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function referred(root: JsonSchema, schema: JsonSchema | undefined): JsonSchema | undefined {
  const name = schema?.$ref?.slice('#/definitions/'.length);
  return name === undefined ? schema : root.definitions?.[name];
}

function own(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
