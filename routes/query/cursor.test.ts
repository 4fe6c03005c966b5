import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cursorSchema, encodeCursor } from './cursor.js';

const schema = cursorSchema('list', z.tuple([z.int(), z.string()]));

describe('a cursor', () => {
  it('gives back the keys it was made of', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string({ unit: 'grapheme', maxLength: 100 }), (id, text) => {
        expect(schema.parse(encodeCursor('list', [id, text]))).toEqual([id, text]);
      }),
    );
  });

  it('is safe in a URL as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cursor = encodeCursor('list', [text]);
        expect(encodeURIComponent(cursor)).toBe(cursor);
      }),
    );
  });

  it.each([
    ['of another list', encodeCursor('other', [1, 'a'])],
    ['with too few keys', encodeCursor('list', [1])],
    ['with too many keys', encodeCursor('list', [1, 'a', 2])],
    ['with keys of another type', encodeCursor('list', ['1', 'a'])],
    ['that is empty', ''],
    ['that is not base64url', 'a+b/'],
    ['that is not JSON', Buffer.from('{').toString('base64url')],
    ['that is JSON, but no list', Buffer.from('{"0":"list","1":1,"2":"a"}').toString('base64url')],
    ['that is absurdly long', encodeCursor('list', [1, 'x'.repeat(10_000)])],
    ['that is absurdly nested', Buffer.from('['.repeat(3_000)).toString('base64url')],
  ])('%s is refused as a value, not thrown', (_, cursor) => {
    expect(schema.safeParse(cursor)).toMatchObject({
      success: false,
      error: { issues: [{ message: expect.stringContaining('nextCursor') as string }] },
    });
  });

  it('is refused, never thrown, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(schema.safeParse(text).success).toBe(false);
      }),
    );
  });
});
