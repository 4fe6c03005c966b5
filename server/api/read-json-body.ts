import { isUtf8 } from 'node:buffer';
import type { Request } from 'express';
import { problem, type Problem } from '../../controllers/problem.js';
import { mediaTypeOf, readBody } from './read-body.js';

/** Far above the longest list of ids that a route takes. */
export const MAX_BODY_BYTES = 64 * 1024;

export type JsonBody =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: Problem };

/**
 * The body of a request as JSON; an empty one is `{}`. `Content-Type: application/json` is demanded even then: a page of
 * another site can't send it without asking us first (CORS), and we never allow it. Its parameters are let pass: JSON is
 * always UTF-8, which is looked at anyway.
 */
export async function readJsonBody(request: Request): Promise<JsonBody> {
  if (mediaTypeOf(request) !== 'application/json') {
    return refused('unsupported-media-type', 'Send the body as JSON, with Content-Type: application/json.');
  }
  const body = await readBody(request, MAX_BODY_BYTES);
  if (!body.ok) return body;
  const { bytes } = body;
  if (bytes.length === 0) return { ok: true, value: {} };
  if (!isUtf8(bytes)) return refused('malformed-request', 'The body is not UTF-8.');
  try {
    return { ok: true, value: JSON.parse(bytes.toString('utf8')) };
  } catch {
    return refused('malformed-request', 'The body is not JSON.');
  }
}

function refused(type: Parameters<typeof problem>[0], detail: string): JsonBody {
  return { ok: false, problem: problem(type, detail) };
}
