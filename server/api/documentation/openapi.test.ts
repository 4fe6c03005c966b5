import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../routes/openapi/document.js';
import { openApiReference } from '../../../scripts/references/open-api-reference.js';
import { OpenApiJudge } from '../../../tests/harness/open-api.js';
import { documentedRoutes } from '../documented-routes.js';

interface Parameter {
  readonly name?: string;
  readonly description?: string;
  readonly schema?: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document extends Record<string, unknown> {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly responses: Readonly<Record<string, unknown>>;
    readonly schemas: Readonly<Record<string, { readonly examples?: readonly unknown[] }>>;
  };
}

const routes = documentedRoutes();
const document = openApiDocument(routes) as unknown as Document;
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
const judge = new OpenApiJudge(document);

describe('the OpenAPI document', () => {
  it('is docs/openapi.json; `npm run docs` writes it', () => {
    expect(readFileSync('docs/openapi.json', 'utf8')).toBe(openApiReference());
  });

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every route', () => {
    expect(operations).toHaveLength(routes.length);
  });

  it('names each operation once, as a function can be named', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z0-9]+$/);
  });

  it('describes every parameter, and says what it is on the wire', () => {
    const all = [
      ...operations.flatMap(({ parameters }) => parameters.filter(({ name }) => name !== undefined)),
      ...Object.values(document.components.parameters),
    ];
    for (const { name, description, schema } of all) {
      expect(description, name).toMatch(/\w{3}/);
      expect(schema?.['type'], name).toMatch(/^(string|integer|boolean|array)$/);
    }
  });

  it('refers to all that it shares, and shares all that it refers to', () => {
    const references = new Set(
      [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+\/\w+)"/g)].map(([, name]) => name),
    );
    for (const { security } of operations) {
      // Schemes of security are referred to by name.
      for (const scheme of security.flatMap(Object.keys)) references.add(`securitySchemes/${scheme}`);
    }
    const shared = Object.entries(document.components).flatMap(([kind, parts]) =>
      Object.keys(parts).map((name) => `${kind}/${name}`),
    );
    expect([...references].sort()).toEqual(shared.sort());
  });

  it('tells the scope that each operation takes', () => {
    const told = operations.map(({ security }) => security.flatMap(({ bearer = [] }) => bearer));
    expect(told).toEqual(
      routes.map(({ scope }) => (scope === null || scope === 'identified' ? [] : [scope])),
    );
  });

  it('tells of every problem by its schema', () => {
    for (const { responses } of operations) {
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '406', 'default']));
    }
  });

  it('gives examples that its own schemas accept', () => {
    const schemas = Object.entries(document.components.schemas);
    const examples = schemas.flatMap(([id, { examples: list = [] }]) =>
      list.map((one) => [id, one] as const),
    );
    expect(examples.length).toBeGreaterThan(5);
    for (const [id, example] of examples) expect(judge.faultsOf(id, example), id).toBe('');
  });

  it('has schemas that refuse what is wrong', () => {
    expect(judge.faultsOf('Reading', {})).toContain('required');
    expect(judge.faultsOfAnswer('/v1/stats', 'get', 200, { messages: 1 })).not.toBe('');
  });
});
