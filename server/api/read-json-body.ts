import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import { problem, type Problem } from '../../controllers/problem.js';

/** Far above the longest list of ids that a route takes. */
export const MAX_BODY_BYTES = 64 * 1024;

export type JsonBody =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: Problem };

/**
 * The body of a request as JSON; an empty one is `{}`. `Content-Type: application/json` is demanded even then: a page of
 * another site can't send it without asking us first (CORS), and we never allow it.
 */
export async function readJsonBody(request: Request): Promise<JsonBody> {
  if (!isJson(request.headers['content-type'])) {
    return refused('unsupported-media-type', 'Send the body as JSON, with Content-Type: application/json.');
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    return refused('unsupported-media-type', 'Send the body as it is, without Content-Encoding.');
  }
  const bytes = await readBytes(request);
  if (bytes === undefined) {
    return refused('body-too-large', `The body of a request may have ${MAX_BODY_BYTES} bytes.`);
  }
  if (bytes.length === 0) return { ok: true, value: {} };
  if (!isUtf8(bytes)) return refused('malformed-request', 'The body is not UTF-8.');
  try {
    return { ok: true, value: JSON.parse(bytes.toString('utf8')) };
  } catch {
    return refused('malformed-request', 'The body is not JSON.');
  }
}

/** Parameters are let pass: JSON is always UTF-8, which is looked at anyway. */
function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

/** undefined: more than allowed. The rest is read over, so that the client gets to see its answer. */
async function readBytes(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

function refused(type: Parameters<typeof problem>[0], detail: string): JsonBody {
  return { ok: false, problem: problem(type, detail) };
}
