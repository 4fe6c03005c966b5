/** Requests made from the JSON schemas of OCPP that the package `ocpp-rpc` carries: not those that the program judges by. */
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Dice } from './dice.js';

interface Schema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const DEEPEST = 8;
const DAY_MS = 86_400_000;

/** One version's actions, with samples of their requests and a judge of their answers. */
export class OcppVersion {
  readonly actions: readonly string[];
  private readonly requests = new Map<string, Schema>();
  private readonly confirmations = new Map<string, ValidateFunction>();

  private constructor(
    readonly subprotocol: string,
    schemas: readonly Schema[],
  ) {
    const ajv = new Ajv({ strict: false, allErrors: false });
    addFormats.default(ajv);
    for (const schema of schemas) {
      const [, action = '', kind] = /^urn:(\w+)\.(req|conf)$/.exec(schema.$id ?? '') ?? [];
      if (kind === 'req') this.requests.set(action, schema);
      if (kind === 'conf') this.confirmations.set(action, ajv.compile(withoutId(schema)));
    }
    this.actions = [...this.requests.keys()];
  }

  static of(subprotocol: 'ocpp1.6' | 'ocpp2.0.1'): OcppVersion {
    const file = `ocpp-rpc/lib/schemas/${subprotocol.replaceAll('.', '_')}.json`;
    return new OcppVersion(subprotocol, createRequire(import.meta.url)(file) as Schema[]);
  }

  /** A request as the schema has it; the parts it need not have come and go. */
  sample(action: string, dice: Dice): unknown {
    const schema = this.requests.get(action);
    if (schema === undefined) throw new RangeError(`${this.subprotocol} has no ${action}`);
    return sampleOf(schema, schema, dice, 0);
  }

  /** What is wrong with the answer, or null. An action that is none of the version has no schema to break. */
  fault(action: string, confirmation: unknown): string | null {
    const isValid = this.confirmations.get(action);
    if (isValid === undefined || isValid(confirmation)) return null;
    return JSON.stringify(isValid.errors?.[0]);
  }
}

/** Its id is no URN that a URI library takes. */
function withoutId(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$id'));
}

function sampleOf(schema: Schema, root: Schema, dice: Dice, depth: number): unknown {
  const name = /^#\/definitions\/(\w+)$/.exec(schema.$ref ?? '')?.[1];
  if (name !== undefined) return sampleOf(root.definitions?.[name] ?? {}, root, dice, depth);
  if (schema.enum !== undefined) return dice.pick(schema.enum);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, root, dice, depth);
    case 'array': {
      const least = schema.minItems ?? 0;
      const most = Math.max(least, Math.min(schema.maxItems ?? 3, 3));
      const length = least + dice.below(most - least + 1);
      return Array.from({ length }, () => sampleOf(schema.items ?? {}, root, dice, depth + 1));
    }
    case 'string':
      return textOf(schema, dice);
    case 'integer':
      return numberOf(schema, dice, 1);
    case 'number':
      return numberOf(schema, dice, 10);
    case 'boolean':
      return dice.chance(0.5);
    default:
      return dice.pick([null, 1, 'text', {}, []]);
  }
}

function objectOf(schema: Schema, root: Schema, dice: Dice, depth: number): Record<string, unknown> {
  const sample: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const isRequired = schema.required?.includes(name) === true;
    if (isRequired || (depth < DEEPEST && dice.chance(0.4))) {
      sample[name] = sampleOf(property, root, dice, depth + 1);
    }
  }
  return sample;
}

function textOf({ format, maxLength = 20 }: Schema, dice: Dice): string {
  if (format === 'date-time') return new Date(Date.now() - dice.below(30 * DAY_MS)).toISOString();
  // A value of OCPP 1.6 is a number as text.
  if (dice.chance(0.3)) return String(dice.below(100_000));
  return 'abcdefghijklmnopqrstuvwxyz0123456789'.slice(0, 1 + dice.below(Math.min(maxLength, 36)));
}

function numberOf({ minimum = 0, maximum = 100_000 }: Schema, dice: Dice, parts: number): number {
  return minimum + dice.below((maximum - minimum) * parts + 1) / parts;
}
