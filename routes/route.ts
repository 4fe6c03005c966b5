import { z } from 'zod';
import type { Answer } from '../controllers/answer.js';
import type { Condition } from '../controllers/entity-tag.js';
import type { ProblemType } from '../controllers/problem.js';
import type { RowStream } from '../controllers/row-stream.js';
import type { Principal } from '../server/access/access.js';
import type { Scope } from '../server/access/scope.js';
import type { AuditOrigin } from '../store/audit/audit-entry.js';
import type { ExportQuery } from './query/export-query.js';

/** What the schemas of a route made of a request. */
export interface RouteRequest {
  readonly principal: Principal;
  /** Who asks, and from where, for the audit. */
  readonly origin: AuditOrigin;
  readonly params: unknown;
  readonly query: unknown;
  /** null for a request without one. */
  readonly body: unknown;
  /** The header: what the client has of the answer. */
  readonly ifNoneMatch: string | undefined;
  /** The header If-Match, of routes that heed it. */
  readonly condition: Condition | undefined;
}

/** A request that answers 2xx on the sample data (tests/harness/sample-data.ts): documentation that runs. */
export interface RouteExample {
  /** Path and query. */
  readonly path: string;
  /** null: none. The text of an upload. */
  readonly body: unknown;
}

/** A body that is a file. */
export interface Upload {
  /** Media types that are taken, the one of the examples first. */
  readonly types: readonly string[];
  /** A larger body is refused. */
  readonly maxBytes: number;
  readonly description: string;
}

/** The body of an {@link Upload}. */
export interface UploadedFile {
  /** One of the upload's. */
  readonly type: string;
  readonly bytes: Buffer;
}

/**
 * What one must be allowed to do. `identified`: nothing, and yet it must be known who asks; null: everybody is answered, without
 * a look at who asks.
 */
export type RouteScope = Scope | 'identified' | null;

/**
 * Whom of those with its scope a route answers:
 * - `sites`: all of them, and the rows of their sites alone.
 * - `all`: who may see every site; others are refused, since its rows are not told apart by site.
 */
export type RouteAudience = 'sites' | 'all';

export type RouteMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One route: where it is, what it may be asked, who answers, and what its documentation says. The server mounts it. */
export interface Route {
  readonly method: RouteMethod;
  /** In Express' notation; also the `route` label of metrics. */
  readonly path: string;
  readonly scope: RouteScope;
  readonly audience: RouteAudience;
  /** One line, as in "Readings of a charge point". */
  readonly summary: string;
  readonly description?: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Of a JSON body; null: it takes none. */
  readonly body: z.ZodObject | null;
  /** A file as the body; null: it takes none. */
  readonly upload: Upload | null;
  /** Whether If-Match is heeded, with the version of an ETag. */
  readonly isConditional: boolean;
  /** Of the answer's body when all is well: documentation, and what tests hold answers against. null: there is none. */
  readonly response: z.ZodType | null;
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
const noQuery = z.object({});

interface Documented {
  readonly path: string;
  readonly scope: Route['scope'];
  readonly summary: string;
  readonly description?: string;
  readonly response: Route['response'];
  /** Default `all`. */
  readonly audience?: RouteAudience;
  /** Default 200. */
  readonly status?: number;
  readonly otherAnswers?: Route['otherAnswers'];
  readonly problems?: Route['problems'];
}

const commonly = {
  audience: 'all',
  body: null,
  upload: null,
  isConditional: false,
  status: 200,
  otherAnswers: {},
  problems: [],
  stream: null,
} as const;

/** Ties the controller's types to the schemas: a controller can't ask for what the route doesn't validate. */
export function get<Query extends z.ZodObject, Params extends z.ZodObject = typeof noParams>(
  definition: Documented & {
    readonly params?: Params;
    readonly query: Query;
    /** Path and query of each. */
    readonly examples: readonly string[];
    readonly answer: (request: {
      principal: Principal;
      params: z.output<Params>;
      query: z.output<Query>;
      ifNoneMatch: string | undefined;
    }) => Promise<Answer>;
    readonly stream?: (request: {
      principal: Principal;
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
    answer: answer as Route['answer'],
    stream: (stream as Route['stream'] | undefined) ?? null,
  };
}

type Change<Body extends z.ZodObject, Params extends z.ZodObject> = Documented & {
  readonly params?: Params;
  readonly body: Body;
  /** Default false. */
  readonly isConditional?: boolean;
  readonly examples: readonly RouteExample[];
  readonly answer: (request: {
    principal: Principal;
    origin: AuditOrigin;
    params: z.output<Params>;
    body: z.output<Body>;
    condition: Condition | undefined;
  }) => Promise<Answer>;
};

/** A route that changes something, told what by a JSON body (an empty body is `{}`). */
const change =
  (method: 'post' | 'put' | 'patch') =>
  <Body extends z.ZodObject, Params extends z.ZodObject = typeof noParams>(
    definition: Change<Body, Params>,
  ): Route => {
    const { params = noParams, answer, ...rest } = definition;
    return { ...commonly, ...rest, method, params, query: noQuery, answer: answer as Route['answer'] };
  };
export const post = change('post');
export const put = change('put');
export const patch = change('patch');

/** A route that removes what its path names. */
export function del<Params extends z.ZodObject>(
  definition: Documented & {
    readonly params: Params;
    readonly isConditional?: boolean;
    readonly examples: readonly string[];
    readonly answer: (request: {
      principal: Principal;
      origin: AuditOrigin;
      params: z.output<Params>;
      condition: Condition | undefined;
    }) => Promise<Answer>;
  },
): Route {
  const { answer, examples, ...rest } = definition;
  return {
    ...commonly,
    ...rest,
    method: 'delete',
    query: noQuery,
    examples: examples.map((path) => ({ path, body: null })),
    answer: answer as Route['answer'],
  };
}

/** A route that is given a file. */
export function upload<Query extends z.ZodObject>(
  definition: Documented & {
    readonly query: Query;
    readonly upload: Upload;
    readonly examples: readonly RouteExample[];
    readonly answer: (request: {
      principal: Principal;
      origin: AuditOrigin;
      query: z.output<Query>;
      body: UploadedFile;
    }) => Promise<Answer>;
  },
): Route {
  const { answer, ...rest } = definition;
  return { ...commonly, ...rest, method: 'post', params: noParams, answer: answer as Route['answer'] };
}
