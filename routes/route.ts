import { z } from 'zod';
import type { Answer } from '../controllers/answer.js';
import type { ProblemType } from '../controllers/problem.js';
import type { RowStream } from '../controllers/row-stream.js';
import type { ExportQuery } from './query/export-query.js';

/** What the schemas of a route made of a request. */
export interface RouteRequest {
  readonly params: unknown;
  readonly query: unknown;
  /** null for a GET. */
  readonly body: unknown;
  /** The header: what the client has of the answer. */
  readonly ifNoneMatch: string | undefined;
}

/** A request that answers 2xx on the sample data (tests/harness/sample-data.ts): documentation that runs. */
export interface RouteExample {
  /** Path and query. */
  readonly path: string;
  /** null for a GET. */
  readonly body: unknown;
}

/** One route: where it is, what it may be asked, who answers, and what its documentation says. The server mounts it. */
export interface Route {
  readonly method: 'get' | 'post';
  /** In Express' notation; also the `route` label of metrics. */
  readonly path: string;
  /** One line, as in "Readings of a charge point". */
  readonly summary: string;
  readonly description?: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Of a POST, JSON; null for a GET. */
  readonly body: z.ZodObject | null;
  /** Of the answer's body when all is well: documentation, and what tests hold answers against. */
  readonly response: z.ZodType;
  /** Status of that answer. */
  readonly status: number;
  /** Bodies of answers that are neither that nor a problem, by status. */
  readonly otherAnswers: Readonly<Record<number, z.ZodType>>;
  /** Problems that only this route has; those of its kind (400, 404 of a path with an id, 503, ...) are known. */
  readonly problems: readonly ProblemType[];
  readonly examples: readonly RouteExample[];
  readonly answer: (request: RouteRequest) => Promise<Answer>;
  /** The same rows for `Accept: text/csv` and `application/x-ndjson`, without a limit; null where there is no list. */
  readonly stream: ((request: RouteRequest) => RowStream) | null;
}

const noParams = z.object({});

interface Documented {
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly response: z.ZodType;
  /** Default 200. */
  readonly status?: number;
  readonly otherAnswers?: Route['otherAnswers'];
  readonly problems?: Route['problems'];
}

const commonly = { status: 200, otherAnswers: {}, problems: [] } as const;

/** Ties the controller's types to the schemas: a controller can't ask for what the route doesn't validate. */
export function get<Query extends z.ZodObject, Params extends z.ZodObject = typeof noParams>(
  definition: Documented & {
    readonly params?: Params;
    readonly query: Query;
    /** Path and query of each. */
    readonly examples: readonly string[];
    readonly answer: (request: {
      params: z.output<Params>;
      query: z.output<Query>;
      ifNoneMatch: string | undefined;
    }) => Promise<Answer>;
    readonly stream?: (request: {
      params: z.output<Params>;
      query: ExportQuery<z.output<Query>>;
    }) => RowStream;
  },
): Route {
  const { params = noParams, answer, stream, examples, ...rest } = definition;
  return {
    ...commonly,
    ...rest,
    examples: examples.map((path) => ({ path, body: null })),
    method: 'get',
    params,
    body: null,
    answer: answer as Route['answer'],
    stream: (stream as Route['stream'] | undefined) ?? null,
  };
}

/** A route that changes something, told what by a JSON body (an empty body is `{}`). */
export function post<Body extends z.ZodObject, Params extends z.ZodObject = typeof noParams>(
  definition: Documented & {
    readonly params?: Params;
    readonly body: Body;
    readonly examples: readonly RouteExample[];
    readonly answer: (request: { params: z.output<Params>; body: z.output<Body> }) => Promise<Answer>;
  },
): Route {
  const { params = noParams, answer, ...rest } = definition;
  return {
    ...commonly,
    ...rest,
    method: 'post',
    params,
    query: z.object({}),
    answer: answer as Route['answer'],
    stream: null,
  };
}
