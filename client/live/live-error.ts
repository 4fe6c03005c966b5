/** The closed list of what can go wrong, and what to do about it. */
export const LIVE_ERRORS = {
  'invalid-options': 'Correct what the message names.',
  'no-web-socket': 'Pass the option webSocket.',
  closed: 'Create another client.',
  aborted: 'Nothing: its signal or time ended it.',
  'malformed-frame': 'Nothing; if it repeats, correct the address.',
  malformed: 'Correct what path points at.',
  'too-many-subscriptions': 'Put several filters into one.',
  forbidden: 'Ask for what the token allows.',
  'renewal-refused': 'Have the option token give one that is good: the connection ends soon.',
  unavailable: 'Repeat the request; a subscription repeats itself.',
  'no-ingest-url': 'Pass the option ingestUrl.',
  'push-queue-full': 'Push it again when others are answered.',
  unreachable: 'Check apiUrl (in a page, of the same origin) and the network.',
  refused: 'Correct what problem names.',
  conflict: 'Read it again and decide anew.',
  'unexpected-answer': 'Correct apiUrl.',
} as const;

/** Those where the same may work later, as it is. */
const PASSING: readonly string[] = [
  'aborted',
  'malformed-frame',
  'unavailable',
  'push-queue-full',
  'unreachable',
];

export type LiveErrorCode = keyof typeof LIVE_ERRORS;

/** What the API said instead of an answer (RFC 9457). */
export interface Problem {
  /** `urn:meterpulse:problem:NAME`; NAME from the closed list in the API's documentation. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly { readonly parameter: string; readonly message: string }[] | undefined;
  /** Cells of an imported file that are at fault. */
  readonly rowErrors?:
    readonly { readonly row: number; readonly column: string; readonly message: string }[] | undefined;
  /** The version that the request's one is not. */
  readonly currentVersion?: number | undefined;
}

export interface LiveErrorDetails {
  /** Of the HTTP answer, when there was one. */
  readonly status?: number | undefined;
  readonly problem?: Problem | undefined;
  /** Subscription that it is about. */
  readonly id?: string | undefined;
  /** JSON pointer into the message at fault. */
  readonly path?: string | undefined;
  readonly cause?: unknown;
}

/** Everything that this package throws, rejects with, or hands to `on('error')`. */
export class LiveError extends Error {
  override readonly name = 'LiveError';
  readonly code: LiveErrorCode;
  /** Whether the same may work later, as it is. */
  readonly canRetry: boolean;
  /** What to do about it. */
  readonly remedy: string;
  readonly status: number | undefined;
  readonly problem: Problem | undefined;
  readonly id: string | undefined;
  readonly path: string | undefined;

  constructor(code: LiveErrorCode, message: string, details: LiveErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.canRetry = PASSING.includes(code);
    this.remedy = LIVE_ERRORS[code];
    ({ status: this.status, problem: this.problem, id: this.id, path: this.path } = details);
  }
}

/** What a function of the application throws is no answer of a server. */
export function asLiveError(error: unknown): LiveError {
  if (error instanceof LiveError) return error;
  return new LiveError('aborted', `the token can't be had: ${String(error)}`, { cause: error });
}
