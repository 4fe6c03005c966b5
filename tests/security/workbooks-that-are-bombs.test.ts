import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWorkbook } from '../../client/replay/workbook.js';
import { XLSX_TYPE } from '../../controllers/read-charge-point-file.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { archive, zeros, type ArchiveLies, type Entry } from '../harness/archive.js';

const MEBIBYTE = 1024 * 1024;
const big = zeros(80 * MEBIBYTE);

/** Each of a few KiB, and of gigabytes for whoever believes it. */
const BOMBS: Readonly<Record<string, readonly [readonly Entry[], ArchiveLies?]>> = {
  'one large entry': [[big], { lastTimes: 1 }],
  'one large entry that is told to be small': [[{ ...big, tells: 10 }]],
  'one large entry that is told to be stored': [[{ ...big, tellsMethod: 0 }]],
  'more entries than the end tells': [[zeros(10), big], { onThisDisk: 1 }],
  'fewer entries than the end tells': [[big], { onThisDisk: 60 }],
  'the same large entry many times': [[big], { lastTimes: 40 }],
  'an archive inside': [[{ data: archive([big]), name: 'Index.zip' }]],
  'an OpenDocument of a million columns': [
    [
      { data: Buffer.from('<manifest/>'), name: 'META-INF/manifest.xml' },
      {
        data: Buffer.from(
          '<office:spreadsheet><table:table table:name="a"><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000000" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>',
        ),
        name: 'content.xml',
      },
    ],
  ],
};

let directory: string;
let api: RunningApi;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'meterpulse-bombs-'));
  api = await startApi({ databaseUrl: 'postgres://127.0.0.1:1/nowhere' });
});

afterAll(async () => {
  await api.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('a workbook that is a bomb', () => {
  it.each(Object.keys(BOMBS))(
    'is refused by the import of charge points, before it is read: %s',
    async (name) => {
      const [entries, lies] = BOMBS[name] ?? [[]];
      const answer = await api.get('/v1/charge-points/import', {
        method: 'POST',
        headers: { 'content-type': XLSX_TYPE },
        body: new Uint8Array(archive(entries, lies)),
      });
      expect([answer.status, answer.body['type']]).toEqual([422, 'urn:meterpulse:problem:unreadable-file']);
      expect(answer.body['detail']).toMatch(/Unpacked it has more than 64 MiB|damaged/);
    },
  );

  it.each(Object.keys(BOMBS).filter((name) => !name.startsWith('one large entry')))(
    'is refused by the replay: %s',
    async (name) => {
      const [entries, lies] = BOMBS[name] ?? [[]];
      const path = join(directory, `${name}.xlsx`);
      await writeFile(path, archive(entries, lies));
      await expect(readWorkbook(path)).rejects.toMatchObject({
        code: 'WORKBOOK_UNREADABLE',
        message: expect.stringMatching(/more than 1024 MiB|is damaged/) as string,
      });
    },
  );
});
