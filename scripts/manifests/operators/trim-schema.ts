/** As much of JSON Schema as operators use. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly [keyword: string]: unknown;
}

/** In place of a part that no manifest of ours uses. */
export const LEFT_OUT = 'x-left-out';

/** What says nothing of whether a manifest is right, or what only the API server can judge. */
const SILENT =
  /^(description|title|default|example|format|x-kubernetes-(?!int-or-string|preserve).*|\$schema)$/;

/**
 * The parts of a schema that judge `values`, and of what is beside them the names: a whole one has hundreds of kilobytes.
 * A manifest that goes beyond them later is told so, by LEFT_OUT.
 */
export function trimSchema(schema: Schema, values: readonly unknown[]): Schema {
  const trimmed: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (SILENT.test(keyword)) continue;
    trimmed[keyword] = value;
  }
  const objects = values.filter(isObject);
  if (schema.properties !== undefined) {
    trimmed['properties'] = mapValues(schema.properties, (part, name) => {
      const inside = objects.flatMap((each) => (Object.hasOwn(each, name) ? [each[name]] : []));
      return inside.length > 0 ? trimSchema(part, inside) : closed(part);
    });
  }
  if (schema.items !== undefined)
    trimmed['items'] = trimSchema(
      schema.items,
      values.flatMap((each) => (Array.isArray(each) ? (each as unknown[]) : [])),
    );
  if (isObject(schema.additionalProperties))
    trimmed['additionalProperties'] = trimSchema(
      schema.additionalProperties,
      objects.flatMap((each) => Object.values(each)),
    );
  for (const keyword of ['anyOf', 'oneOf', 'allOf'] as const) {
    const choices = schema[keyword];
    if (choices !== undefined) trimmed[keyword] = choices.map((each) => trimSchema(each, values));
  }
  return trimmed;
}

/** A part that nobody uses: its type alone, when there is more to it. */
function closed(schema: Schema): Schema {
  const trimmed = trimSchema(schema, []);
  const size = JSON.stringify(trimmed).length;
  return size < 200
    ? trimmed
    : { ...(schema.type === undefined ? {} : { type: schema.type }), [LEFT_OUT]: true };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues(
  parts: Readonly<Record<string, Schema>>,
  change: (part: Schema, name: string) => Schema,
): Record<string, Schema> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, change(part, name)]));
}
