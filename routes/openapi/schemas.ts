import { z } from 'zod';

/** A JSON schema (draft 2020-12, the dialect of OpenAPI 3.1). */
export type JsonSchema = Record<string, unknown>;

const LOCAL = '#/$defs/';
const SHARED = '#/components/schemas/';

/** The schemas of a document: one that has an id stands once under `components` and is referred to everywhere else. */
export class Schemas {
  private readonly shared = new Map<string, JsonSchema>();

  /** The schema as it stands in its place: whole, or a reference. */
  add(schema: z.ZodType): JsonSchema {
    const { $defs = {}, ...json } = convert(schema);
    // It is the document's.
    delete json['$schema'];
    for (const [id, shared] of Object.entries($defs as Record<string, JsonSchema>)) {
      this.shared.set(id, refer(shared) as JsonSchema);
    }
    return refer(json) as JsonSchema;
  }

  /** By id, in the order of their names. */
  components(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.shared].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** As a client writes or reads it; further properties stay allowed, so that a new one breaks no generated client. */
function convert(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      // The calendar as a pattern of 250 characters says less than the format beside it.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      // "A safe integer" is what a JSON number is, unless a schema says less.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
}

/** Points references at where the document keeps shared schemas. */
function refer(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(refer);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' && value.startsWith(LOCAL)
        ? `${SHARED}${value.slice(LOCAL.length)}`
        : refer(value),
    ]),
  );
}
