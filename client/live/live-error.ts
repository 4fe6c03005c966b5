/** The closed list of what can go wrong, and what to do about it. */
export const LIVE_ERRORS = {
  'invalid-options': 'Correct the option or argument that the message names.',
  'no-web-socket': 'Pass the option webSocket: this runtime has none of its own.',
  closed: 'Create another client: close() is for good.',
  aborted: 'Nothing: its signal or time limit ended it.',
  'malformed-frame': 'Nothing: it connects anew and resumes. If it repeats, correct the address.',
  malformed: 'Correct what path points at in the subscription.',
  'duplicate-subscription': 'Report it: a bug of this client.',
  'unknown-subscription': 'Report it: a bug of this client.',
  'too-many-subscriptions': 'Unsubscribe others, or put several filters into one; then subscribe again.',
  forbidden: 'Ask for what the token allows.',
  unavailable: 'A subscription is tried again by itself. Repeat a request.',
  'no-ingest-url': 'Pass the option ingestUrl, such as wss://host/ingest.',
  'push-queue-full': 'Wait until pushes are answered: nothing of this one was taken.',
  unreachable: 'Check apiUrl, the network, and in a page that it is of the same origin.',
  refused: 'Correct the request as problem says.',
  conflict: 'Read it again and decide anew, as problem says.',
  'unexpected-answer': 'Check that apiUrl leads to the REST API.',
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
  readonly errors?: readonly { readonly parameter: string; readonly message: string }[];
}

export interface LiveErrorDetails {
  /** Of the HTTP answer, when there was one. */
  readonly status?: number;
  readonly problem?: Problem;
  /** Subscription that it is about. */
  readonly id?: string;
  /** JSON pointer into the message at fault. */
  readonly path?: string;
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
