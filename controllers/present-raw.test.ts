import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presentRaw } from './present-raw.js';

describe('raw bytes in JSON', () => {
  it('are text where they are UTF-8', () => {
    const bytes = Buffer.from('{"a":"ä\u0000"}');
    expect(presentRaw(bytes, bytes.length)).toEqual({
      raw: '{"a":"ä\u0000"}',
      rawEncoding: 'utf8',
      rawBytes: bytes.length,
      truncated: false,
    });
  });

  it('are base64 where they are not', () => {
    expect(presentRaw(Uint8Array.of(0xc3, 0x28), 2)).toMatchObject({ raw: 'wyg=', rawEncoding: 'base64' });
  });

  it('stay text when the cut goes through a character', () => {
    expect(presentRaw(Buffer.from('aä').subarray(0, 2), 3)).toMatchObject({
      raw: 'a',
      rawEncoding: 'utf8',
      truncated: true,
    });
  });

  it('come back as they were, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const { raw, rawEncoding } = presentRaw(bytes, bytes.length);
        expect(new Uint8Array(Buffer.from(raw, rawEncoding))).toEqual(new Uint8Array(bytes));
      }),
    );
  });
});
