import { createHash } from 'node:crypto';
import { formatChangeId } from '../protocol/live/change-id.js';
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
  return ok(pageOf(rows, limit, present, cursorOf));
}

/**
 * The same of a list that changes can be followed of, from the head of the feed that its snapshot saw. Its mark leaves the head out:
 * who has the page needs no other while its rows are the same, and follows from where it was.
 */
export function livePage<Row>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => unknown,
  cursorOf: (last: Row) => string,
  feedHead: number,
): Answer {
  const body = pageOf(rows, limit, present, cursorOf);
  const changeId = formatChangeId({ position: feedHead, index: Infinity });
  return ok({ ...body, changeId }, { ETag: weakTag(body) });
}

function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => unknown,
  cursorOf: (last: Row) => string,
) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(present),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  };
}

function weakTag(body: unknown): string {
  return `W/"${createHash('sha256').update(JSON.stringify(body)).digest('base64url')}"`;
}

export function refused(problem: Problem): Answer {
  return { kind: 'problem', problem };
}
