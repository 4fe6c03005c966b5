import { z } from 'zod';
import type { Answer } from '../controllers/answer.js';

/** One route: where it is, what it may be asked, and who answers. The server mounts it. */
export interface Route {
  readonly method: 'get';
  /** In Express' notation; also the `route` label of metrics. */
  readonly path: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Gets what the two schemas made of the request. */
  readonly answer: (request: { readonly params: unknown; readonly query: unknown }) => Promise<Answer>;
}

const noParams = z.object({});

/** Ties the controller's types to the schemas: a controller can't ask for what the route doesn't validate. */
export function get<Query extends z.ZodObject, Params extends z.ZodObject = typeof noParams>(definition: {
  readonly path: string;
  readonly params?: Params;
  readonly query: Query;
  readonly answer: (request: { params: z.output<Params>; query: z.output<Query> }) => Promise<Answer>;
}): Route {
  const { path, params = noParams, query, answer } = definition;
  return { method: 'get', path, params, query, answer: answer as Route['answer'] };
}
