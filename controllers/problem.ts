/** What a client is told when a request can't be answered: RFC 9457, `application/problem+json`. */
export interface Problem {
  /** One of {@link PROBLEM_TYPES} as a URN, the same for every occurrence. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What is wrong this time, and what to do about it. */
  readonly detail: string;
  /** Path of the request; put in where the answer is written. */
  readonly instance?: string;
  /** Each field at fault. */
  readonly errors?: readonly FieldError[];
  /** Further headers of the answer; not part of its body. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FieldError {
  /** Name of a query or path parameter. */
  readonly parameter: string;
  readonly message: string;
}

/** The closed list of problems. */
const PROBLEM_TYPES = {
  'invalid-parameters': { status: 400, title: 'Invalid parameters' },
  'malformed-request': { status: 400, title: 'Malformed request' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'request-timeout': { status: 408, title: 'Request not complete in time' },
  'headers-too-large': { status: 431, title: 'Request line or headers too large' },
  'internal-error': { status: 500, title: 'Internal error' },
  'database-unavailable': { status: 503, title: 'Database unavailable' },
  'query-timeout': { status: 504, title: 'The query took too long' },
} as const;

export type ProblemType = keyof typeof PROBLEM_TYPES;

export function problem(
  type: ProblemType,
  detail: string,
  extra: Pick<Problem, 'errors' | 'headers'> = {},
): Problem {
  return { type: `urn:meterpulse:problem:${type}`, ...PROBLEM_TYPES[type], detail, ...extra };
}

export function invalidParameters(errors: readonly FieldError[]): Problem {
  const first = errors[0];
  const detail =
    first === undefined ? 'The parameters are not valid.' : `${first.parameter}: ${first.message}`;
  return problem('invalid-parameters', detail, { errors });
}
