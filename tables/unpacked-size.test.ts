import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as XLSX from 'xlsx';
import { unpackedSize } from './unpacked-size.js';

interface Entry {
  readonly data: Buffer;
  /** What the archive says; default: what is so. */
  readonly tells?: number;
}

/** A ZIP archive of these entries, deflated. */
function archive(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { data, tells = data.length } of entries) {
    const packed = deflateRawSync(data);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(tells, 22);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(tells, 24);
    entry.writeUInt32LE(offset, 42);
    parts.push(local, packed);
    directory.push(entry);
    offset += local.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

const zeros = (bytes: number): Entry => ({ data: Buffer.alloc(bytes) });

describe('the unpacked size of an archive', () => {
  it('fits up to the limit, all entries together', () => {
    expect(unpackedSize(archive([zeros(600), zeros(400)]), 1_000)).toEqual({ kind: 'fits' });
    expect(unpackedSize(archive([zeros(600), zeros(401)]), 1_000)).toEqual({ kind: 'larger' });
  });

  it('is what comes out, whatever the archive says', () => {
    expect(unpackedSize(archive([{ ...zeros(50_000_000), tells: 10 }]), 1_000_000)).toEqual({
      kind: 'larger',
    });
    expect(unpackedSize(archive([{ ...zeros(10), tells: 4_000_000_000 }]), 1_000)).toEqual({ kind: 'fits' });
  });

  it('is too large with more entries than any workbook has', () => {
    expect(unpackedSize(archive(Array.from({ length: 1_001 }, () => zeros(0))), 1_000)).toEqual({
      kind: 'larger',
    });
  });

  it('is known of a workbook as programs write it', () => {
    const book = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet([['id'], ['A']]), 'sheet');
    const bytes = XLSX.write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer;
    expect(unpackedSize(bytes, 1_000_000)).toEqual({ kind: 'fits' });
    expect(unpackedSize(bytes, 1_000)).toEqual({ kind: 'larger' });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('id,label\r\n')],
    ['an archive without its end', archive([zeros(10)]).subarray(0, -22)],
    ['an archive without its beginning', archive([zeros(1_000)]).subarray(40)],
    ['an end alone that tells of entries', archive([zeros(10)]).subarray(-22)],
  ])('is not known of %s', (_, bytes) => {
    expect(unpackedSize(bytes, 1_000_000)).toEqual({ kind: 'damaged' });
  });
});
