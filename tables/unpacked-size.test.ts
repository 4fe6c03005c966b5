import { describe, expect, it } from 'vitest';
import * as XLSX from 'xlsx';
import { archive, zeros } from '../tests/harness/archive.js';
import { unpackedSize } from './unpacked-size.js';

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
    expect(unpackedSize(archive(Array.from({ length: 1_000 }, () => zeros(0))), 1_000)).toEqual({
      kind: 'larger',
    });
  });

  it('is known of a workbook as programs write it', () => {
    const book = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet([['id'], ['A']]), 'sheet');
    const bytes = XLSX.write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer;
    expect(unpackedSize(bytes, 1_000_000)).toEqual({ kind: 'fits' });
    expect(unpackedSize(bytes, 1_000)).toEqual({ kind: 'larger' });
  });

  it.each<[string, Buffer]>([
    // xlsx counts entries by one field of the archive's end, and unpacks by each entry's own header.
    ['fewer entries than are read', archive([zeros(10)], { onThisDisk: 1 })],
    ['more entries than are told of', archive([zeros(10)], { onThisDisk: 9 })],
    ['an entry that is told to be stored, and is deflated', archive([{ ...zeros(9_000), tellsMethod: 0 }])],
    // xlsx reads other programs' documents too, and one archive inside of another.
    ['an archive inside', archive([{ ...zeros(10), name: 'Index.zip' }])],
    ['an archive inside, by another spelling', archive([{ ...zeros(10), name: 'a\\iNDEX.zIP' }])],
    ['an archive inside, by a name with a zero', archive([{ ...zeros(10), name: 'Index\0.zip' }])],
    ['an OpenDocument', archive([{ ...zeros(10), name: 'META-INF/manifest.xml' }])],
    ['a document of Numbers', archive([{ ...zeros(10), name: 'Index/Document.iwa' }])],
    ['a picture before it', archive([zeros(10)], { before: Buffer.from('\x89PNG', 'latin1') })],
    ['an older workbook before it', archive([zeros(10)], { before: Buffer.from('d0cf11e0', 'hex') })],
  ])('is not known of what is read in another way than it is told: %s', (_, bytes) => {
    expect(unpackedSize(bytes, 1_000_000)).toEqual({ kind: 'damaged' });
  });

  it('counts what is stored, and what several entries share', () => {
    const one = archive([zeros(600)]);
    expect(unpackedSize(one, 600)).toEqual({ kind: 'fits' });
    const twice = archive([zeros(600)], { lastTimes: 2 });
    expect(unpackedSize(twice, 1_199)).toEqual({ kind: 'larger' });
    expect(unpackedSize(twice, 1_200)).toEqual({ kind: 'fits' });
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
