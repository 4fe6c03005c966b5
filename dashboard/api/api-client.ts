import { forgetToken, token } from '../session/kept-token.js';
import { problemOf } from './problem-error.js';

/** As every list of the API answers. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON; a Blob as it is, with its own type. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Default 30,000 ms. */
  readonly timeoutMs?: number;
  /** Shown in place of the one that is kept; when it is refused, no session is over. */
  readonly token?: string;
}

const TIMEOUT_MS = 30_000;

/**
 * A request to the API this page came from: `request('v1/charge-points', { query: { limit: 3 } })`. The path is relative, its
 * parts encoded by the caller. Resolves with the JSON of the answer (undefined at 204); rejects with ProblemError, a
 * TypeError when there was no answer, a TimeoutError, or the signal's reason.
 */
export async function request<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  const { method = 'GET', query = {}, body, headers = {}, signal, timeoutMs = TIMEOUT_MS } = options;
  const url = new URL(path, document.baseURI);
  url.hash = '';
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const timeout = AbortSignal.timeout(timeoutMs);
  const shown = options.token ?? token.peek();
  const response = await fetch(url, {
    method,
    headers: {
      Accept: 'application/json',
      ...(shown === null ? {} : { Authorization: `Bearer ${shown}` }),
      ...contentType(body),
      ...headers,
    },
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
  });
  // Of an answer to what was shown before it was renewed nothing follows.
  if (response.status === 401 && options.token === undefined && shown === token.peek()) forgetToken('over');
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

function contentType(body: unknown): Record<string, string> {
  if (body === undefined) return {};
  return { 'Content-Type': body instanceof Blob ? body.type : 'application/json' };
}
