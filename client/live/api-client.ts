import type { Query, QueryValue, RequestOptions } from './api-types.js';
import type { TokenSource } from './credentials.js';
import { LiveError, type LiveErrorCode, type Problem } from './live-error.js';
import type { SendOptions } from './live-client.js';
import type { Platform } from './platform.js';

export interface ApiClientOptions {
  /** Without a slash at its end; undefined: nobody told. */
  readonly url: string | undefined;
  readonly token: TokenSource | undefined;
  readonly platform: Platform;
  readonly timeoutMs: number;
}

/** Requests to the REST API. */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #closing = new AbortController();

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  close(): void {
    this.#closing.abort();
  }

  get(path: string, query: object = {}, options: RequestOptions = {}): Promise<unknown> {
    const text = queryText(query);
    return this.send(
      'GET',
      text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`,
      undefined,
      options,
    );
  }

  async *each(path: string, query: Query = {}, options: RequestOptions = {}): AsyncGenerator {
    for (let cursor = query['cursor']; ;) {
      const page = await this.get(path, { ...query, cursor }, options);
      const { items, nextCursor } = (page ?? {}) as {
        readonly items?: unknown;
        readonly nextCursor?: unknown;
      };
      if (!Array.isArray(items)) throw new LiveError('unexpected-answer', `${path} is no list`);
      yield* items as unknown[];
      if (typeof nextCursor !== 'string') return;
      // Or it would never end.
      if (nextCursor === cursor) throw new LiveError('unexpected-answer', `${path} gave the same page again`);
      cursor = nextCursor;
    }
  }

  async send(
    method: string,
    path: string,
    body: unknown,
    { signal, headers }: SendOptions,
  ): Promise<unknown> {
    const { url, platform, timeoutMs } = this.#options;
    if (this.#closing.signal.aborted) throw new LiveError('closed', 'the client is closed');
    if (url === undefined) throw new LiveError('invalid-options', 'apiUrl is missing');
    // `//host` would be another server.
    if (!/^\/(?!\/)/.test(path)) throw new LiveError('invalid-options', `${path} is no path`);
    const ending = new AbortController();
    const abort = (): void => ending.abort();
    for (const each of [signal, this.#closing.signal]) each?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    const cancelTimer = platform.after(timeoutMs, abort);
    try {
      const { token: source } = this.#options;
      const token = typeof source === 'function' ? await source() : source;
      const response = await platform.fetch(url + path, {
        method,
        headers: {
          accept: 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: ending.signal,
      });
      return answerOf(response, await response.text(), `${method} ${path}`);
    } catch (error) {
      if (error instanceof LiveError) throw error;
      const code = ending.signal.aborted ? 'aborted' : 'unreachable';
      throw new LiveError(code, `${method} ${path}: ${String(error)}`, { cause: error });
    } finally {
      cancelTimer();
      for (const each of [signal, this.#closing.signal]) each?.removeEventListener('abort', abort);
    }
  }
}

function queryText(query: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query) as [string, QueryValue][]) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) parameters.append(name, one instanceof Date ? one.toISOString() : String(one));
    }
  }
  return parameters.toString();
}

function answerOf({ ok, status }: Response, text: string, request: string): unknown {
  const json = jsonOf(text);
  if (ok && json !== NOT_JSON) return json;
  if (ok) throw new LiveError('unexpected-answer', `${request} was not answered by JSON`, { status });
  const problem = isProblem(json) ? json : undefined;
  const message = `${request}: ${problem?.detail ?? `HTTP ${status}`}`;
  throw new LiveError(codeOf(status), message, { status, problem });
}

const NOT_JSON = Symbol();

/** Of an empty text, as 204 has it, undefined. */
function jsonOf(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

function codeOf(status: number): LiveErrorCode {
  if (status === 409 || status === 412) return 'conflict';
  return status >= 500 || status === 429 || status === 408 ? 'unavailable' : 'refused';
}

function isProblem(json: unknown): json is Problem {
  return typeof json === 'object' && json !== null && 'detail' in json && 'type' in json;
}
