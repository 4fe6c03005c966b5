/** The official JSON schemas of one version of OCPP, compiled when they are first asked for. */
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';

/** What we read of a JSON schema ourselves. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

export interface MessageSchema {
  readonly schema: JsonSchema;
  /** Leaves all errors in `errors`, one after another: no call may come between. */
  readonly validate: ValidateFunction;
}

const require = createRequire(import.meta.url);

export class MessageSchemas {
  private readonly compiled = new Map<string, MessageSchema>();
  private readonly requests = new Map<string, MessageSchema>();
  private readonly ajv = new Ajv({
    allErrors: true,
    // The schemas have `additionalProperties` beside `type: string`.
    strict: false,
    validateSchema: false,
    addUsedSchema: false,
    // 0.3 is a multiple of 0.1, though not in binary.
    multipleOfPrecision: 6,
    logger: false,
  });

  /** @param folder of `@cshil/ocpp-tools/schemas` */
  constructor(private readonly folder: 'v16' | 'v201') {
    ajvFormats.default(this.ajv, ['date-time', 'uri']);
  }

  /** @param action one that this version has: its file is opened */
  request(action: string): MessageSchema {
    const known = this.requests.get(action);
    if (known !== undefined) return known;
    const schema = this.schemaOf(fileOf(action));
    this.requests.set(action, schema);
    return schema;
  }

  response(action: string): MessageSchema {
    return this.schemaOf(`${fileOf(action)}-response`);
  }

  private schemaOf(file: string): MessageSchema {
    const known = this.compiled.get(file);
    if (known !== undefined) return known;
    const loaded = require(`@cshil/ocpp-tools/schemas/${this.folder}/${file}.json`) as JsonSchema;
    // Some of their `$id`s are no URI references, and none refers to another file.
    const schema = { ...loaded, $id: undefined };
    const compiled = { schema, validate: this.ajv.compile(schema) };
    this.compiled.set(file, compiled);
    return compiled;
  }
}

/** `NotifyEVChargingNeeds` is in `notify-e-v-charging-needs.json`, `RequestStartTransaction` in `start-transaction.json`. */
function fileOf(action: string): string {
  return action
    .replace(/^Request(?=[A-Z])/, '')
    .replaceAll(/(?<!^)[A-Z]/g, '-$&')
    .toLowerCase();
}
