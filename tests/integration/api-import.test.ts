import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as XLSX from 'xlsx';
import type { Principal } from '../../server/access/access.js';
import { startApi, type ApiAnswer, type RunningApi } from '../harness/api.js';
import { principalOf } from '../harness/principal-of.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const PATH = '/v1/charge-points/import';
const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

type Cells = readonly (readonly unknown[])[];

describe('the import of charge points', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;
  let principal: Principal = principalOf();

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const access = { identify: () => Promise.resolve(principal) };
    api = await startApi({ databaseUrl: database.url, access });
  });

  beforeEach(async () => {
    principal = principalOf();
    await client.query('delete from charge_points');
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  const send = (body: string | Buffer, type = 'text/csv', query = ''): Promise<ApiAnswer> =>
    api.get(`${PATH}${query}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });

  function workbook(...sheets: Cells[]): Buffer {
    const book = XLSX.utils.book_new();
    sheets.forEach((cells, at) =>
      XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(cells.map((row) => [...row])), `S${at + 1}`),
    );
    return XLSX.write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer;
  }

  async function rows(): Promise<unknown[]> {
    const { rows: found } = await client.query({
      text: 'select id, label, site, status from charge_points order by id collate "C"',
      rowMode: 'array',
    });
    return found;
  }

  const typeOf = ({ status, body }: ApiAnswer): string =>
    `${status} ${String(body['type']).replace('urn:meterpulse:problem:', '')}`;

  const counts = (created: number, updated = 0, unchanged = 0, restored = 0, dryRun = false) => ({
    created,
    updated,
    unchanged,
    restored,
    dryRun,
  });

  it.each<[string, string]>([
    ['commas and CRLF', 'id,label,site,status\r\nA,"Gate ""1"", left",north,active\r\nB,,,held\r\n'],
    ['semicolons and LF', 'id;label;site;status\nA;"Gate ""1"", left";north;active\nB;;;held\n'],
    ['a byte order mark', '\ufeffid,label,site,status\r\nA,"Gate ""1"", left",north,active\r\nB,,,held'],
    [
      'columns in another order and case',
      ' STATUS ,Site,ID,Label\nactive,north,A,"Gate ""1"", left"\nHELD,,B,\n',
    ],
    [
      'blank rows',
      '\r\n\r\nid,label,site,status\r\n,,,\r\nA,"Gate ""1"", left",north,active\r\n\r\nB,,,held\r\n',
    ],
    [
      "Excel's own separator line",
      'sep=;\r\nid;label;site;status\r\nA;"Gate ""1"", left";north;active\r\nB;;;held',
    ],
  ])('takes CSV with %s', async (_, csv) => {
    const answer = await send(csv, 'text/csv; charset=utf-8');
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: counts(2) });
    expect(await rows()).toEqual([
      ['A', 'Gate "1", left', 'north', 'active'],
      ['B', '', '', 'held'],
    ]);
  });

  it('takes the first sheet of a workbook, with numbers as ids', async () => {
    const bytes = workbook(
      [
        ['id', 'label', 'status'],
        ['A', 'Gate', 'held'],
        [2047244603, 7, ''],
      ],
      [['nothing'], ['to see here']],
    );
    expect((await send(bytes, XLSX_TYPE)).body).toEqual(counts(2));
    expect(await rows()).toEqual([
      ['2047244603', '7', '', 'active'],
      ['A', 'Gate', '', 'held'],
    ]);
  });

  it('tells what was created, updated, restored and left', async () => {
    await client.query(
      `insert into charge_points (id, label, site, status) values ('same', 'l', 's', 'active'), ('other', 'l', 's', 'active'),
         ('back', 'l', 's', 'retired'), ('held', 'l', 's', 'held'), ('gone', 'l', 's', 'active')`,
    );
    const csv = 'id,label,status\nsame,l,\nother,new,\nback,l,\nheld,l,\nfresh,f,\ngone,l,retired\n';
    const head = await client.query<{ head: string }>('select coalesce(max(position), 0) as head from feed');
    expect((await send(csv)).body).toEqual(counts(1, 2, 2, 1));
    expect(await rows()).toEqual([
      ['back', 'l', 's', 'active'],
      ['fresh', 'f', '', 'active'],
      ['gone', 'l', 's', 'retired'],
      ['held', 'l', 's', 'held'],
      ['other', 'new', 's', 'active'],
      ['same', 'l', 's', 'active'],
    ]);
    const { rows: changes } = await client.query<{ change: string }>(
      `select payload->>'op' || ' ' || coalesce(payload->'new'->>'id', payload->'old'->>'id') as change
       from feed where position > $1`,
      [head.rows[0]?.head],
    );
    expect(changes.map(({ change }) => change).sort()).toEqual([
      'delete gone',
      'insert back',
      'insert fresh',
      'update other',
    ]);
    expect((await send(csv)).body).toEqual(counts(0, 0, 6));
  });

  it('says what would happen, and does nothing, when it is asked to', async () => {
    await client.query(`insert into charge_points (id, label) values ('A', 'old')`);
    const before = await rows();
    const answer = await send('id,label\nA,new\nB,new\n', 'text/csv', '?dryRun=true');
    expect(answer.body).toEqual(counts(1, 1, 0, 0, true));
    expect(await rows()).toEqual(before);
    expect((await send('id,label\nA,new\nB,new\n')).body).toEqual(counts(1, 1));
  });

  it('takes back what the API exported, edited or not', async () => {
    await client.query(
      `insert into charge_points (id, label, site) values ('=1+1', '@home', ''), ('''quoted', '-', 'a,b'), ('-5', 'x "y"', '''=z')`,
    );
    const exported = await fetch(`${api.url}/v1/charge-points`, { headers: { accept: 'text/csv' } });
    expect((await send(await exported.text())).body).toEqual(counts(0, 0, 3));
  });

  it('leaves an apostrophe that belongs to a name', async () => {
    await send("id,label\nA,'s-Hertogenbosch\n");
    expect(await rows()).toEqual([['A', "'s-Hertogenbosch", '', 'active']]);
  });

  describe('all or nothing', () => {
    it.each<[string, string, { row: number; column: string; message: RegExp }[]]>([
      ['an empty id', 'id,label\nA,x\n,y\n', [{ row: 3, column: 'id', message: /1 to 255/ }]],
      ['a dotted id', 'id\nA\n..\n', [{ row: 3, column: 'id', message: /1 to 255/ }]],
      ['an id twice', 'id\nA\nB\nA\n', [{ row: 4, column: 'id', message: /row 2/ }]],
      [
        'a long label',
        `id,label\nA,${'x'.repeat(256)}\n`,
        [{ row: 2, column: 'label', message: /0 to 255/ }],
      ],
      ['a line break in a label', 'id,label\nA,"a\nb"\n', [{ row: 2, column: 'label', message: /control/ }]],
      [
        'an unknown status',
        'id,status\nA,on\n',
        [{ row: 2, column: 'status', message: /active, held, retired/ }],
      ],
      ['an unknown column', 'id,power\nA,1\n', [{ row: 1, column: 'power', message: /unknown column/ }]],
      ['a column twice', 'id,ID\nA,B\n', [{ row: 1, column: 'id', message: /2 columns/ }]],
      ['too many cells', 'id,label\nA,x,y\n', [{ row: 2, column: '', message: /more cells/ }]],
      [
        'several faults',
        'id,status\n,on\nB,off\n',
        [
          { row: 2, column: 'id', message: /1 to 255/ },
          { row: 2, column: 'status', message: /expected/ },
          { row: 3, column: 'status', message: /expected/ },
        ],
      ],
    ])('refuses %s, naming row and column', async (_, csv, errors) => {
      const answer = await send(csv);
      expect(typeOf(answer)).toBe('422 invalid-rows');
      expect(answer.body['rowErrors']).toEqual(
        errors.map(({ row, column, message }) => ({
          row,
          column,
          message: expect.stringMatching(message) as string,
        })),
      );
      expect(await rows()).toEqual([]);
    });

    it('names a hundred faults at most, and counts them all', async () => {
      const csv = `id,status\nGOOD,active\n${Array.from({ length: 5_000 }, (_, at) => `A${at},on`).join('\n')}`;
      const { body } = await send(csv);
      expect(body['rowErrors']).toHaveLength(100);
      expect(body['detail']).toMatch(/^5000 faults, first in row 3/);
      expect(await rows()).toEqual([]);
    });

    it('names cells that a spreadsheet has spoilt', async () => {
      const sheet = XLSX.utils.aoa_to_sheet([['id'], ['A'], ['B'], ['C'], ['D']]);
      sheet['A2'] = { t: 'n', v: 46_000, z: 'yyyy-mm-dd' };
      sheet['A3'] = { t: 'e', v: 0x2a };
      sheet['A4'] = { t: 'n', v: 1_234_567_890_123_456 };
      const bytes = XLSX.write(XLSX.utils.book_new(sheet, 'S'), {
        type: 'buffer',
        bookType: 'xlsx',
      }) as Buffer;
      const { body } = await send(bytes, XLSX_TYPE);
      expect(body['rowErrors']).toMatchObject([
        { row: 2, column: 'id', message: expect.stringContaining('date') as string },
        { row: 3, column: 'id', message: expect.stringContaining('error') as string },
        { row: 4, column: 'id', message: expect.stringContaining('15 digits') as string },
      ]);
    });

    it('writes nothing of a file whose writing is broken off', async () => {
      await client.query(
        `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
         create trigger refuse before insert on charge_points for each row when (new.id = 'Z9') execute function refuse()`,
      );
      expect((await send('id\nA\nB\nZ9\n')).status).toBe(500);
      expect(await rows()).toEqual([]);
      await client.query('drop trigger refuse on charge_points; drop function refuse');
      expect((await send('id\nA\nB\nZ9\n')).body).toEqual(counts(3));
    });
  });

  it.each<[string, string | Buffer, string, string]>([
    ['nothing', '', 'text/csv', '422 unreadable-file'],
    ['blank lines', '\r\n\r\n', 'text/csv', '422 unreadable-file'],
    ['rows without a header', 'A,x\nB,y\n', 'text/csv', '422 unreadable-file'],
    [
      'another code page',
      Buffer.from('id,label\nA,M\xfcnchen\n', 'latin1'),
      'text/csv',
      '422 unreadable-file',
    ],
    ['a quote that is never closed', 'id,label\nA,"x\nB,y\n', 'text/csv', '422 unreadable-file'],
    ['a workbook called CSV', Buffer.from('PK\x03\x04\x00\xff', 'latin1'), 'text/csv', '422 unreadable-file'],
    ['CSV called a workbook', 'id\nA\n', XLSX_TYPE, '422 unreadable-file'],
    ['half a workbook', Buffer.from('PK\x03\x04'), XLSX_TYPE, '422 unreadable-file'],
    ['JSON', '{"id":"A"}', 'application/json', '415 unsupported-media-type'],
    ['a form', 'id=A', 'application/x-www-form-urlencoded', '415 unsupported-media-type'],
  ])('refuses %s', async (_, body, type, expected) => {
    expect(typeOf(await send(body, type))).toBe(expected);
    expect(await rows()).toEqual([]);
  });

  it('refuses a file beyond its bounds: bytes, rows, and what a workbook unpacks to', async () => {
    expect(typeOf(await send(Buffer.alloc(16 * 1024 * 1024 + 1, 0x20)))).toBe('413 body-too-large');
    const lines = Array.from({ length: 100_001 }, (_, at) => `A${at}`);
    const tooMany = await send(`id\n${lines.join('\n')}`);
    expect(typeOf(tooMany)).toBe('422 unreadable-file');
    expect(tooMany.body['detail']).toContain('100000 rows');
    const bomb = XLSX.write(
      XLSX.utils.book_new(
        XLSX.utils.aoa_to_sheet(Array.from({ length: 2_500 }, () => ['0'.repeat(32_000)])),
        'S',
      ),
      { type: 'buffer', bookType: 'xlsx', compression: true },
    ) as Buffer;
    expect(bomb.length).toBeLessThan(4 * 1024 * 1024);
    const bombed = await send(bomb, XLSX_TYPE);
    expect(bombed.body['detail']).toContain('Unpacked');
  });

  it('takes one file at a time, and says when to come again', async () => {
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('begin; lock table charge_points in access exclusive mode');
    const first = send('id\nA\n');
    await vi.waitFor(
      async () => {
        const second = await send('id\nB\n', 'text/csv', '?dryRun=true');
        expect(typeOf(second)).toBe('503 too-many-imports');
        expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
      },
      { timeout: 30_000, interval: 20 },
    );
    await blocker.end();
    expect((await first).body).toEqual(counts(1));
    expect((await send('id\nB\n')).body).toEqual(counts(1));
  });

  it('leaves a charge point called import its own address', async () => {
    await send('id,label\nimport,a name like any other\n');
    expect((await api.get(PATH)).body).toMatchObject({ label: 'a name like any other' });
    const removed = await api.get(PATH, { method: 'DELETE' });
    expect(removed.status).toBe(204);
  });

  it('touches nothing beyond the sites of who asks', async () => {
    await client.query(`insert into charge_points (id, site) values ('S', 'south'), ('N', 'north')`);
    principal = principalOf({ sites: ['north'] });
    const before = await rows();
    for (const [csv, error] of [
      ['id,site\nX,north\nY,south\n', { row: 3, column: 'site' }],
      ['id,site\nX,north\nS,north\n', { row: 3, column: 'id' }],
      ['id,label\nN,x\nS,x\n', { row: 3, column: 'id' }],
      ['id,label\nX,in no site\n', { row: 2, column: 'id' }],
    ] as const) {
      const answer = await send(csv);
      expect(typeOf(answer), csv).toBe('422 invalid-rows');
      expect(answer.body['rowErrors'], csv).toMatchObject([error]);
      expect(await rows()).toEqual(before);
    }
    expect((await send('id,site,label\nX,north,x\nN,north,x\n')).body).toEqual(counts(1, 1));
  });

  it.each(['csv', 'xlsx'])(
    'takes 50,000 rows of %s in bounded time and memory',
    async (format) => {
      const cells = Array.from({ length: 50_000 }, (_, at) => [`CP-${at}`, `Gate ${at}`, `site ${at % 100}`]);
      const header = ['id', 'label', 'site'];
      const body =
        format === 'csv'
          ? [header, ...cells].map((row) => row.join(',')).join('\r\n')
          : workbook([header, ...cells]);
      const type = format === 'csv' ? 'text/csv' : XLSX_TYPE;
      const peakMiB = (): number => process.resourceUsage().maxRSS / 1024;
      const before = peakMiB();
      const begun = performance.now();
      expect((await send(body, type)).body).toEqual(counts(50_000));
      expect(performance.now() - begun).toBeLessThan(60_000);
      expect((await send(body, type)).body).toEqual(counts(0, 0, 50_000));
      expect(peakMiB() - before).toBeLessThan(500);
    },
    180_000,
  );
});
