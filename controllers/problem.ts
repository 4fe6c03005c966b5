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
  /** Each cell at fault, of a file; the first of them. */
  readonly rowErrors?: readonly RowError[];
  /** The version that a condition did not meet. */
  readonly currentVersion?: number;
  /** Further headers of the answer; not part of its body. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FieldError {
  /** Name of a query or path parameter, or of a field of the body. */
  readonly parameter: string;
  readonly message: string;
}

export interface RowError {
  /** Number of the row in the file, as a spreadsheet shows it. */
  readonly row: number;
  /** Name of the column; '' where the row as a whole is meant. */
  readonly column: string;
  readonly message: string;
}

/** The closed list of problems. `remedy` stands in docs/errors.md; what to do about one occurrence is in its `detail`. */
export const PROBLEM_TYPES = {
  'invalid-parameters': {
    status: 400,
    title: 'Invalid parameters',
    remedy: 'Correct the parameters that `errors` names.',
  },
  'malformed-request': {
    status: 400,
    title: 'Malformed request',
    remedy: 'Percent-encode path and query as UTF-8.',
  },
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    remedy: 'Say who you are, by credentials that this installation knows.',
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    remedy: 'Ask for what is of your sites, or for more rights.',
  },
  'not-found': { status: 404, title: 'Not found', remedy: 'Correct the path, or the id in it.' },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    remedy: 'Use one of the methods that the `Allow` header names.',
  },
  'not-acceptable': {
    status: 406,
    title: 'Not acceptable',
    remedy: 'Ask by `Accept` for application/json; lists also come as text/csv and application/x-ndjson.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request not complete in time',
    remedy: 'Send the whole request at once.',
  },
  'charge-point-exists': {
    status: 409,
    title: 'Charge point exists already',
    remedy:
      'Take another id, or change the one that is there by PATCH or PUT; one that is retired comes back by PATCH with `status`.',
  },
  'charge-point-retired': {
    status: 409,
    title: 'Charge point is retired',
    remedy: 'Send `status` too, to bring it back: `active`, or `held`.',
  },
  'not-redrivable': {
    status: 409,
    title: 'Not re-drivable',
    remedy:
      'Leave the part where it is: it never was a message that could be read. `detail` says why; the device has to send it right.',
  },
  'not-connected': {
    status: 409,
    title: 'Charge point not connected',
    remedy:
      'Try again when it is: `/v1/charge-points/{id}/connection` tells. One that has just connected is known a second later.',
  },
  'cursor-expired': {
    status: 410,
    title: 'Cursor expired',
    remedy:
      'Read what is there now (`/v1/charge-points`, `/v1/charge-points/{id}/latest`) and go on after its `changeId`; FEED_RETENTION_HOURS and FEED_MAX_MB say how long changes are kept.',
  },
  'version-conflict': {
    status: 412,
    title: 'Changed meanwhile',
    remedy:
      'Read it again, look at what has changed, and send the change with the new `ETag` as `If-Match`: `currentVersion` has its number.',
  },
  'body-too-large': {
    status: 413,
    title: 'Body too large',
    remedy: 'Send less at once, by several requests: `detail` says how much is taken.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    remedy:
      'Send one of the types that `detail` names; `Content-Type: application/json` even with an empty body.',
  },
  'too-costly': {
    status: 422,
    title: 'Too costly to answer at once',
    remedy:
      'Ask for a coarser `interval`, a shorter range or fewer charge points, or for CSV or NDJSON: `detail` says what would do.',
  },
  'command-refused': {
    status: 422,
    title: 'Command refused',
    remedy:
      'Correct what `errors` names: the action, or the payload at that JSON pointer, is none of the version of OCPP that the charge point speaks. Nothing was sent.',
  },
  'edit-refused': {
    status: 422,
    title: 'Edit refused',
    remedy:
      'Correct what `errors` names: there is no such series or session, several series fit, nothing was read at that time (to insert: something was), or readings of it are no longer kept. Nothing was changed.',
  },
  'invalid-rows': {
    status: 422,
    title: 'Rows that can not be imported',
    remedy:
      'Correct the cells that `rowErrors` names, a hundred at most at once; nothing of the file was written.',
  },
  'unreadable-file': {
    status: 422,
    title: 'Unreadable file',
    remedy: 'Save it anew as `detail` says: CSV as UTF-8, a workbook as .xlsx.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    remedy:
      'Ask again after `Retry-After` seconds, and less often: `detail` has the limit. LIMIT_KEY_PER_MINUTE, LIMIT_SITE_PER_MINUTE and LIMIT_ADDRESS_PER_MINUTE set it.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Request line or headers too large',
    remedy: 'Send fewer parameters or headers: they may have 16 KiB together.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    remedy:
      'A bug: report it with the `X-Request-Id` of the answer. The log of the API has the cause under this id.',
  },
  'answer-too-large': {
    status: 502,
    title: "The charge point's answer is too large",
    remedy: 'Ask the charge point for less: of an answer at most 1 MiB is kept. It did what it was told.',
  },
  'database-unavailable': {
    status: 503,
    title: 'Database unavailable',
    remedy: 'Try again after `Retry-After` seconds. If it lasts, check PostgreSQL and DATABASE_URL.',
  },
  'log-unavailable': {
    status: 503,
    title: 'Message log unavailable',
    remedy:
      'Try again after `Retry-After` seconds. If it lasts, check Kafka and KAFKA_BROKERS, or PostgreSQL.',
  },
  'too-many-connections': {
    status: 503,
    title: 'Too many connections',
    remedy:
      'Try again after `Retry-After` seconds. If it lasts: more API processes, or a higher API_MAX_CONNECTIONS.',
  },
  'too-many-exports': {
    status: 503,
    title: 'Too many exports',
    remedy: 'Try again after `Retry-After` seconds; half of DATABASE_POOL_MAX may be under way at once.',
  },
  'too-many-imports': {
    status: 503,
    title: 'Too many imports',
    remedy: 'Try again after `Retry-After` seconds; a process takes one file at a time.',
  },
  'too-many-commands': {
    status: 503,
    title: 'Too many commands',
    remedy:
      'Try again after `Retry-After` seconds: eight commands may wait behind the one that a charge point is to answer, and a thousand be under way at an API.',
  },
  'no-answer': {
    status: 504,
    title: 'The charge point did not answer',
    remedy:
      'Look at `/v1/charge-points/{id}/commands/{commandId}` (`detail` has the id) and at the charge point before you send it again: it may have been done.',
  },
  'query-timeout': {
    status: 504,
    title: 'The query took too long',
    remedy:
      'Ask for less: a shorter range, fewer charge points, a smaller page; or raise API_STATEMENT_TIMEOUT_MS.',
  },
} as const;

export type ProblemType = keyof typeof PROBLEM_TYPES;

export function problem(
  type: ProblemType,
  detail: string,
  extra: Pick<Problem, 'errors' | 'rowErrors' | 'currentVersion' | 'headers'> = {},
): Problem {
  const { status, title } = PROBLEM_TYPES[type];
  return { type: `urn:meterpulse:problem:${type}`, status, title, detail, ...extra };
}

export function invalidParameters(errors: readonly FieldError[]): Problem {
  const first = errors[0];
  const detail =
    first === undefined ? 'The parameters are not valid.' : `${first.parameter}: ${first.message}`;
  return problem('invalid-parameters', detail, { errors });
}
