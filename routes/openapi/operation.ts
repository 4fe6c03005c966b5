import type { z } from 'zod';
import { documentParameter } from '../query/wire.js';
import type { Route, RouteScope, Upload } from '../route.js';
import { exampleValues } from './example-values.js';
import { problemResponses } from './problem-responses.js';
import type { JsonSchema, Schemas } from './schemas.js';
import { tagOf } from './tags.js';

/** One route as an operation of OpenAPI 3.1. */
export function operation(route: Route, schemas: Schemas): JsonSchema {
  return {
    operationId: operationId(route),
    tags: [tagOf(route.path)],
    summary: route.summary,
    description: description(route),
    security: security(route.scope),
    parameters: parameters(route),
    ...(route.body === null ? {} : { requestBody: requestBody(route.body, route, schemas) }),
    ...(route.upload === null ? {} : { requestBody: uploadBody(route.upload, route) }),
    responses: { ...responses(route, schemas), ...problemResponses(route) },
  };
}

function security(scope: RouteScope): JsonSchema[] {
  if (scope === null) return [];
  return [{ [BEARER]: scope === 'identified' ? [] : [scope] }];
}

/** Name of the scheme in the document's components. */
export const BEARER = 'bearer';

/** In the notation of OpenAPI: `/v1/charge-points/{id}`. */
export function templateOf(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

/** `getChargePointsByIdLatest`: names of clients' functions, which must not change with the version in the path. */
function operationId({ method, path }: Route): string {
  const words = path.split(/[/-]/).filter((word) => word !== '' && word !== 'v1');
  return method + words.map((word) => capital(word.startsWith(':') ? `by-${word.slice(1)}` : word)).join('');
}

function capital(word: string): string {
  return word.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function description({ description: text, examples, method }: Route): string {
  const verb = method.toUpperCase();
  const list = [...new Set(examples.map(({ path }) => `- \`${verb} ${path}\``))].join('\n');
  return [...(text === undefined ? [] : [text]), `Examples:\n\n${list}`].join('\n\n');
}

function parameters(route: Route): JsonSchema[] {
  const examples = exampleValues(route);
  const documented = (place: 'path' | 'query') => (entry: [name: string, schema: unknown]) => {
    const [name, parameter] = entry as [string, z.ZodType];
    const { schema, required, description: text } = documentParameter(parameter);
    const example = required ? examples.get(name) : undefined;
    return {
      name,
      in: place,
      required,
      ...(text === undefined ? {} : { description: text }),
      schema,
      ...(example === undefined ? {} : { example: schema['type'] === 'array' ? [example] : example }),
    };
  };
  return [
    ...Object.entries(route.params.shape).map(documented('path')),
    ...Object.entries(route.query.shape).map(documented('query')),
    ...(route.isConditional ? [IF_MATCH] : []),
  ];
}

const IF_MATCH: JsonSchema = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description:
    'The `ETag` of the version that the change is meant for: when there is a newer one, nothing happens (412).',
  schema: { type: 'string', examples: ['"3"'] },
};

function uploadBody({ types, description: text }: Upload, { examples }: Route): JsonSchema {
  const named = examples.map((example, at) => [`example${at + 1}`, { value: example.body }] as const);
  return {
    required: true,
    description: text,
    content: Object.fromEntries(
      types.map((type, at) => [
        type,
        at === 0
          ? { schema: { type: 'string' }, examples: Object.fromEntries(named) }
          : { schema: { type: 'string', format: 'binary' } },
      ]),
    ),
  };
}

/** An empty body is `{}`. */
function requestBody(body: z.ZodObject, { examples }: Route, schemas: Schemas): JsonSchema {
  const named = examples.map((example, at) => [`example${at + 1}`, { value: example.body }] as const);
  return {
    required: false,
    content: { 'application/json': { schema: schemas.add(body), examples: Object.fromEntries(named) } },
  };
}

function responses(route: Route, schemas: Schemas): Record<string, JsonSchema> {
  const others = Object.entries(route.otherAnswers).map(([status, schema]) => [
    status,
    { description: 'Otherwise.', content: { 'application/json': { schema: schemas.add(schema) } } },
  ]);
  return {
    [route.status]: {
      description: 'All is well.',
      ...(route.response === null
        ? {}
        : { content: { 'application/json': { schema: schemas.add(route.response) }, ...streams(route) } }),
    },
    ...(Object.fromEntries(others) as Record<string, JsonSchema>),
  };
}

/** Ask for them by `Accept`. */
function streams({ stream }: Route): Record<string, JsonSchema> {
  if (stream === null) return {};
  const text = (content: string) => ({ schema: { type: 'string', description: content } });
  return {
    'text/csv': text('The items, one a line, below a line of column names; without a limit (RFC 4180).'),
    'application/x-ndjson': text('The items as JSON, one a line; without a limit.'),
  };
}
