import { PROBLEM_TYPES, type ProblemType } from '../../controllers/problem.js';
import { problemBody } from '../response/problem.js';
import type { Route } from '../route.js';
import type { JsonSchema, Schemas } from './schemas.js';

/** The problems that a request to a route may meet, whatever the route says itself. */
function problemsOf(route: Route): readonly ProblemType[] {
  const hasBody = route.body !== null || route.upload !== null;
  return [
    'invalid-parameters',
    'malformed-request',
    ...(Object.keys(route.params.shape).length > 0 ? (['not-found'] as const) : []),
    'not-acceptable',
    ...(route.scope === null ? [] : (['unauthorized', 'too-many-requests'] as const)),
    ...(route.scope === null || route.scope === 'identified' ? [] : (['forbidden'] as const)),
    ...(hasBody ? (['body-too-large', 'unsupported-media-type'] as const) : []),
    ...(route.isConditional ? (['version-conflict'] as const) : []),
    ...(route.stream === null ? [] : (['too-many-exports'] as const)),
    // A route that has another answer for an outage tells of it instead of meeting it.
    ...(503 in route.otherAnswers ? [] : (['database-unavailable', 'query-timeout'] as const)),
    ...route.problems,
  ];
}

/** References to the problems of a route by status, without those statuses that it answers otherwise. */
export function problemResponses(route: Route): Record<string, JsonSchema> {
  const statuses = new Set(problemsOf(route).map((type) => PROBLEM_TYPES[type].status));
  const references = [...statuses]
    .filter((status) => status !== route.status && !(status in route.otherAnswers))
    .map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }] as const);
  return Object.fromEntries([...references, ['default', { $ref: '#/components/responses/Problem' }]]);
}

/** What {@link problemResponses} refers to. */
export function problemComponents(routes: readonly Route[], schemas: Schemas): Record<string, JsonSchema> {
  const schema = schemas.add(problemBody);
  const content = { 'application/problem+json': { schema } };
  const types = [...new Set(routes.flatMap(problemsOf))];
  const statuses = [...new Set(types.map((type) => PROBLEM_TYPES[type].status))].sort();
  return {
    Problem: { description: 'Any other problem.', content },
    ...Object.fromEntries(
      statuses.map((status) => [
        `Problem${status}`,
        {
          description: types
            .filter((type) => PROBLEM_TYPES[type].status === status)
            .map((type) => `${PROBLEM_TYPES[type].title} (\`${type}\`): ${PROBLEM_TYPES[type].remedy}`)
            .join('\n\n'),
          ...(status === 503 || status === 429 ? { headers: { 'Retry-After': retryAfter } } : {}),
          content,
        },
      ]),
    ),
  };
}

const retryAfter = {
  description: 'Seconds after which to try again.',
  schema: { type: 'integer', minimum: 1 },
};
