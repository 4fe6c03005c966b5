import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRevocationList } from './revocation-list.js';

const value = (tag: number, ...parts: Buffer[]): Buffer => {
  const bytes = Buffer.concat(parts);
  const length = bytes.length;
  const head = length < 128 ? [length] : [0x83, length >> 16, (length >> 8) & 255, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), bytes]);
};
const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');
const time = (text: string): Buffer => value(text.length === 13 ? 0x17 : 0x18, Buffer.from(text));
const revoked = (serial: string): Buffer => value(0x30, value(0x02, hex(serial)), time('240101000000Z'));
const list = (...fields: Buffer[]): Buffer =>
  value(0x30, value(0x30, value(0x02, hex('01')), value(0x30), value(0x30), ...fields), value(0x30));

describe('a revocation list', () => {
  it('has the serial numbers as Node writes those of certificates', () => {
    const der = list(
      time('240101000000Z'),
      time('240201120000Z'),
      value(
        0x30,
        revoked('00FF01'),
        revoked('0A'),
        revoked('00'),
        revoked('577EA163F60A020CBB0C9F6E96E0B1A6'),
      ),
    );
    const { serials, nextUpdate } = readRevocationList(der);
    expect([...serials]).toEqual(['FF01', '0A', '00', '577EA163F60A020CBB0C9F6E96E0B1A6']);
    expect(nextUpdate).toBe(Date.UTC(2024, 1, 1, 12));
  });

  it('may be empty, or say no time of the next one', () => {
    const extensions = value(0xa0, value(0x30));
    expect(readRevocationList(list(time('20500101000000Z'), extensions))).toEqual({
      serials: new Set(),
      nextUpdate: null,
    });
    expect(readRevocationList(list(time('500101000000Z'), time('20510101000000Z')))).toEqual({
      serials: new Set(),
      nextUpdate: Date.UTC(2051, 0, 1),
    });
  });

  it('of a hundred thousand certificates is read in one go', () => {
    const entries = Array.from({ length: 100_000 }, (_, i) =>
      revoked(`01${i.toString(16).padStart(8, '0')}`),
    );
    const der = list(time('240101000000Z'), time('240201000000Z'), value(0x30, ...entries));
    expect(readRevocationList(der).serials.size).toBe(100_000);
  });

  it('that is none is a RangeError, whatever bytes it has', () => {
    const good = list(time('240101000000Z'), time('240201000000Z'), value(0x30, revoked('0A')));
    const broken = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.nat(good.length - 1).map((length) => good.subarray(0, length)),
      fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => {
        const changed = Buffer.from(good);
        changed[at] = byte;
        return changed;
      }),
    );
    fc.assert(
      fc.property(broken, (der) => {
        try {
          readRevocationList(der);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
    expect(() => readRevocationList(hex('3084ffffffff'))).toThrow(RangeError);
    expect(() => readRevocationList(Buffer.alloc(0))).toThrow(RangeError);
  });
});
