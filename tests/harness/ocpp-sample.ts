/** A request or response that a JSON schema of OCPP takes, made from that schema. */
import type { JsonSchema } from '../../protocol/ocpp/message-schemas.js';

export type Fields = 'required' | 'all';

interface Bounds {
  readonly minimum?: number;
  readonly minItems?: number;
}

export function ocppSample(root: JsonSchema, fields: Fields): Record<string, unknown> {
  return sampleOf(root, root, fields) as Record<string, unknown>;
}

function sampleOf(root: JsonSchema, schema: JsonSchema & Bounds, fields: Fields): unknown {
  if (schema.$ref !== undefined) {
    const referred = root.definitions?.[schema.$ref.slice('#/definitions/'.length)];
    if (referred === undefined) throw new Error(`${schema.$ref} is not defined`);
    return sampleOf(root, referred, fields);
  }
  if (schema.enum !== undefined) return schema.enum[0];
  switch (schema.type) {
    case 'object': {
      const { properties = {}, required = [] } = schema;
      const names = fields === 'all' ? Object.keys(properties) : required;
      return Object.fromEntries(names.map((name) => [name, sampleOf(root, properties[name] ?? {}, fields)]));
    }
    case 'array':
      return Array.from({ length: schema.minItems ?? 1 }, () => sampleOf(root, schema.items ?? {}, fields));
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    case 'boolean':
      return true;
    default:
      if (schema.format === 'date-time') return '2026-03-01T11:59:00Z';
      return schema.format === 'uri' ? 'https://example.org/file' : '1';
  }
}
