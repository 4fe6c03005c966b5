import type { Problem } from './problem.js';

/** What a controller gives back for a request that was valid. */
export type Answer =
  | {
      readonly kind: 'body';
      readonly status: number;
      readonly body: unknown;
      readonly headers: AnswerHeaders;
    }
  /** 204: done, and nothing to say. */
  | { readonly kind: 'done' }
  /** A body that is written already, as UTF-8, and its mark. */
  | { readonly kind: 'json'; readonly text: Buffer; readonly etag: string }
  /** 304: the client has it. */
  | { readonly kind: 'unchanged'; readonly etag: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** By name, such as `ETag` and `Location`. */
export type AnswerHeaders = Readonly<Record<string, string>>;

export function ok(body: unknown, headers: AnswerHeaders = {}): Answer {
  return { kind: 'body', status: 200, body, headers };
}

export function created(body: unknown, headers: AnswerHeaders): Answer {
  return { kind: 'body', status: 201, body, headers };
}

export function done(): Answer {
  return { kind: 'done' };
}

export function json(text: Buffer, etag: string): Answer {
  return { kind: 'json', text, etag };
}

export function unchanged(etag: string): Answer {
  return { kind: 'unchanged', etag };
}

/** One page of a list. Ask the store for one more than `limit`: that one only tells that there is a next page. */
export function page<Row>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => unknown,
  cursorOf: (last: Row) => string,
): Answer {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return ok({
    items: shown.map(present),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  });
}

export function refused(problem: Problem): Answer {
  return { kind: 'problem', problem };
}
