/** What the API says when it can't answer (RFC 9457). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly parameter: string; readonly message: string }[];
  /** Of a file: cells at fault, the first hundred. `column` is '' where a row as a whole is meant. */
  readonly rowErrors?: readonly { readonly row: number; readonly column: string; readonly message: string }[];
}

/** An answer of the API that is no success. */
export class ProblemError extends Error {
  constructor(readonly problem: ProblemBody) {
    super(problem.detail);
    this.name = 'ProblemError';
  }

  /** Whether it is the problem of this name: `urn:meterpulse:problem:<name>`. */
  is(name: string): boolean {
    return this.problem.type === `urn:meterpulse:problem:${name}`;
  }

  /** What is wrong with one field; undefined: nothing is said of it. */
  fieldError(name: string): string | undefined {
    return this.problem.errors?.find(({ parameter }) => parameter === name)?.message;
  }
}

/** An answer with a status that is no success, of which only the status is sure: proxies answer too. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const { status, statusText } = response;
  const fallback: ProblemBody = {
    type: 'about:blank',
    title: statusText,
    status,
    detail: `The server answered ${status}${statusText === '' ? '' : ` ${statusText}`}.`,
  };
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json') === true;
  if (!isProblem) return new ProblemError(fallback);
  try {
    return new ProblemError({ ...fallback, ...((await response.json()) as Partial<ProblemBody>) });
  } catch {
    return new ProblemError(fallback);
  }
}
