/**
 * Where a list goes on. To clients an opaque text; inside, base64url of the JSON array `[kind, ...keys of the last row]`.
 * A cursor is input like any other: it is validated when it comes back, and one of another list is refused.
 */
import { z } from 'zod';
import { wires } from './wire.js';

/** Far above the longest of ours: six names of 50 characters, each of up to 4 bytes, in base64. */
const MAX_CURSOR_CHARACTERS = 4_096;
const MESSAGE = 'not a cursor of this list; take nextCursor of the page before as it is';

type CursorKey = string | number | null;

/** `kind` names the list that the cursor belongs to. */
export function encodeCursor(kind: string, keys: readonly CursorKey[]): string {
  return Buffer.from(JSON.stringify([kind, ...keys])).toString('base64url');
}

/** A schema that turns a cursor's text into the keys that {@link encodeCursor} was given. */
export function cursorSchema<Keys extends z.ZodType<unknown[]>>(kind: string, keys: Keys) {
  return z
    .string()
    .transform((text, context) => {
      const parts = decode(text);
      if (parts?.[0] === kind) {
        const parsed = keys.safeParse(parts.slice(1));
        if (parsed.success) return parsed.data;
      }
      context.issues.push({ code: 'custom', message: MESSAGE, input: text });
      return z.NEVER;
    })
    .register(wires, { type: 'string', maxLength: MAX_CURSOR_CHARACTERS, pattern: '^[A-Za-z0-9_-]+$' })
    .describe('`nextCursor` of the page before, as it is.');
}

function decode(text: string): unknown[] | undefined {
  if (text.length > MAX_CURSOR_CHARACTERS || !/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
