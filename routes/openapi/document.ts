import type { Route } from '../route.js';
import { BEARER, operation, templateOf } from './operation.js';
import { problemComponents } from './problem-responses.js';
import { Schemas, type JsonSchema } from './schemas.js';
import { shareParameters } from './share-parameters.js';
import { tagsOf } from './tags.js';

const DESCRIPTION = `Times are ISO 8601 in UTC with milliseconds, energy in Wh, power in W. A list answers \`{"items": [...], "nextCursor": ...}\`; for the
next page repeat the request with \`cursor=\`. A parameter that a route doesn't know is refused, not ignored.

Errors are RFC 9457 problems. Every answer carries \`X-Request-Id\`: yours, when the request had one. GET routes answer HEAD and
OPTIONS too, and 304 to an \`If-None-Match\` with the current ETag; other methods meet 405 with \`Allow\`.`;

/** What an operation lists with it are scopes: roles that one of them is enough of, as OpenAPI 3.1 allows. */
const SECURITY_SCHEMES = {
  [BEARER]: {
    type: 'http',
    scheme: 'bearer',
    description: 'A key or a token. Where access is open, as on loopback by default, none is asked for.',
  },
};

/** The routes as an OpenAPI 3.1 document: made from the same schemas that judge requests, so that it can't say otherwise. */
export function openApiDocument(routes: readonly Route[]): JsonSchema {
  const schemas = new Schemas();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) {
    (paths[templateOf(route.path)] ??= {})[route.method] = operation(route, schemas);
  }
  const responses = problemComponents(routes, schemas);
  const parameters = shareParameters(Object.values(paths).flatMap(Object.values));
  return {
    openapi: '3.1.0',
    info: {
      title: 'meterpulse',
      version: '1',
      summary: 'Meter readings of EV chargers',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // Wherever the document was read from.
    servers: [{ url: '/' }],
    tags: tagsOf(routes.map(({ path }) => path)),
    paths,
    components: { securitySchemes: SECURITY_SCHEMES, parameters, responses, schemas: schemas.components() },
  };
}
