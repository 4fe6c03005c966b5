import type { IncomingMessage } from 'node:http';
import { problem, type Problem } from '../../controllers/problem.js';

export type Body =
  { readonly ok: true; readonly bytes: Buffer } | { readonly ok: false; readonly problem: Problem };

/** The bytes of a request's body as they are, at most so many. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    const detail = 'Send the body as it is, without Content-Encoding.';
    return { ok: false, problem: problem('unsupported-media-type', detail) };
  }
  const bytes = await readBytes(request, maxBytes);
  return bytes === undefined
    ? {
        ok: false,
        problem: problem('body-too-large', `The body of this request may have ${maxBytes} bytes.`),
      }
    : { ok: true, bytes };
}

/** Without its parameters, in lower case. */
export function mediaTypeOf(request: IncomingMessage): string {
  return request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** undefined: more than allowed. The rest is read over, so that the client gets to see its answer. */
async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length > maxBytes ? undefined : Buffer.concat(chunks);
}
