import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.js';

const of = (bytes: Uint8Array) => crc32c(bytes, 0, bytes.length);

describe('CRC-32C', () => {
  it.each([
    ['nothing', Buffer.alloc(0), 0],
    ['the digits of its definition', Buffer.from('123456789'), 0xe3069283],
    ['32 zeros (RFC 3720)', Buffer.alloc(32), 0x8a9136aa],
    ['32 times 255 (RFC 3720)', Buffer.alloc(32, 255), 0x62a8ab43],
    ['0 to 31 (RFC 3720)', Buffer.from(Array.from({ length: 32 }, (_, n) => n)), 0x46dd794e],
  ])('of %s is as defined', (_what, bytes, sum) => {
    expect(of(bytes)).toBe(sum);
  });

  it('is of the bytes between its bounds alone', () => {
    const bytes = Buffer.from('--123456789--');
    expect(crc32c(bytes, 2, 11)).toBe(0xe3069283);
  });
});
