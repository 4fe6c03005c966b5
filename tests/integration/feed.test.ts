import { beforeEach, describe, expect, it } from 'vitest';
import type { FeedRow, ReadingsPayload } from '../../store/feed/feed-row.js';
import { changesOfRow } from '../../store/feed/changes-of-row.js';
import { readFeed } from '../../store/feed/read-feed.js';
import { readFeedHead } from '../../store/feed/read-feed-head.js';
import { readLiveSnapshot, type LiveSnapshotItem } from '../../store/feed/read-live-snapshot.js';
import { SeriesDictionary } from '../../store/feed/series-dictionary.js';
import { ReadDatabase, type Query } from '../../store/read/read-database.js';
import { createPool, type Pool } from '../../store/pool.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

let database: TestDatabase;
let pool: Pool;
let query: Query;

beforeEach(async () => {
  database = await createTestDatabase({ migrated: true });
  pool = createPool({ url: database.url, max: 4, applicationName: 'feed-test' });
  query = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await pool.query(text, [...values])).rows as Row[];
  return async () => {
    await pool.end();
    await database.drop();
  };
});

const NOTHING: ReadingsPayload = {
  inserted: { series: [], ts: [], context: [], value: [], transaction: [], quality: [] },
};

async function append(payload: ReadingsPayload = NOTHING): Promise<void> {
  await pool.query(`select feed_append('readings', $1)`, [JSON.stringify(payload)]);
}

async function rowsAfter(after: number, limit = 100): Promise<readonly FeedRow[]> {
  const read = await readFeed(query, after, limit);
  if (read.kind !== 'rows') throw new Error(`the feed says ${read.kind}`);
  return read.rows;
}

async function addSeries(chargePointId: string, measurand: string): Promise<number> {
  await pool.query('insert into charge_points (id) values ($1) on conflict do nothing', [chargePointId]);
  const [row] = await query<{ id: number }>(
    `insert into series (charge_point_id, connector_id, measurand, unit) values ($1, 1, $2, 'Wh') returning id`,
    [chargePointId, measurand],
  );
  return row?.id ?? 0;
}

describe('the feed', () => {
  it('has no rows before the first change, and knows no cursor but 0', async () => {
    expect(await readFeedHead(query)).toBe(0);
    expect(await readFeed(query, 0, 10)).toMatchObject({ kind: 'rows', rows: [], hasMore: false });
    expect(await readFeed(query, 1, 10)).toEqual({ kind: 'unknown' });
    expect(await readFeed(query, Number.MAX_SAFE_INTEGER, 10)).toEqual({ kind: 'unknown' });
  });

  it('gives what follows a cursor, as many rows as were asked for', async () => {
    for (let n = 0; n < 5; n++) await append();
    expect(await readFeedHead(query)).toBe(5);
    expect((await rowsAfter(0)).map(({ position }) => position)).toEqual([1, 2, 3, 4, 5]);
    expect((await rowsAfter(2, 2)).map(({ position }) => position)).toEqual([3, 4]);
    expect(await rowsAfter(5)).toEqual([]);
    expect(await readFeed(query, 6, 10)).toEqual({ kind: 'unknown' });
    expect(await readFeed(query, 2, 2)).toMatchObject({ hasMore: true });
    expect(await readFeed(query, 2, 10)).toMatchObject({ hasMore: false });
  });

  it('ends a page where its payloads are some megabytes, and gives a row that is larger by itself', async () => {
    const large = { ...NOTHING.inserted, transaction: ['x'.repeat(3_000_000)] };
    for (let n = 0; n < 3; n++) await append({ inserted: large });
    await append({ inserted: { ...large, transaction: ['x'.repeat(9_000_000)] } });
    expect((await rowsAfter(0)).map(({ position }) => position)).toEqual([1, 2]);
    expect((await rowsAfter(2)).map(({ position }) => position)).toEqual([3, 4]);
    expect((await rowsAfter(3)).map(({ position }) => position)).toEqual([4]);
    expect(await readFeed(query, 0, 100)).toMatchObject({ hasMore: true });
  });

  it('says of a cursor whose next row was cleaned away that it has expired, never skips', async () => {
    for (let n = 0; n < 5; n++) await append();
    await pool.query('delete from feed where position <= 3');
    expect(await readFeed(query, 0, 10)).toEqual({ kind: 'expired' });
    expect(await readFeed(query, 2, 10)).toEqual({ kind: 'expired' });
    expect((await rowsAfter(3)).map(({ position }) => position)).toEqual([4, 5]);
  });

  it('takes no change of a transaction that may not see its head', async () => {
    await expect(
      pool.query(`begin isolation level repeatable read; select feed_append('readings', '{}'); commit`),
    ).rejects.toThrow('READ COMMITTED');
  });
});

describe('changes of charge points', () => {
  const changes = async () => {
    const dictionary = new SeriesDictionary();
    return (await rowsAfter(0)).flatMap((row) => changesOfRow(row, dictionary));
  };

  it('are on the feed by whatever way they are made, with the rows before and after', async () => {
    await pool.query(`insert into charge_points (id, site) values ('CP-1', 'north')`);
    await pool.query(`update charge_points set label = 'Gate' where id = 'CP-1'`);
    await pool.query(`update charge_points set label = 'Gate' where id = 'CP-1'`);
    await pool.query(`update charge_points set status = 'retired' where id = 'CP-1'`);
    await pool.query(`update charge_points set label = 'unseen' where id = 'CP-1'`);
    await pool.query(`update charge_points set status = 'held' where id = 'CP-1'`);
    await pool.query(`delete from charge_points where id = 'CP-1'`);
    expect(await changes()).toMatchObject([
      { type: 'INSERT', changeId: '1.0', data: { id: 'CP-1', site: 'north', label: '', version: 1 } },
      { type: 'UPDATE', changeId: '2.0', oldData: { label: '' }, newData: { label: 'Gate', version: 2 } },
      { type: 'DELETE', changeId: '3.0', data: { label: 'Gate', status: 'active' } },
      { type: 'INSERT', changeId: '4.0', data: { label: 'unseen', status: 'held', version: 5 } },
      { type: 'DELETE', changeId: '5.0', data: { label: 'unseen', status: 'held' } },
    ]);
  });

  it('have their times as the API writes them', async () => {
    await pool.query(`set timezone = 'Asia/Kolkata'; insert into charge_points (id) values ('CP-1')`);
    const [row] = await query<{ created_at: Date }>('select created_at from charge_points');
    const [change] = await changes();
    expect(change).toMatchObject({ data: { createdAt: row?.created_at.toISOString() } });
    expect(change?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('of one transaction are there together, or not at all', async () => {
    await pool.query(`insert into charge_points (id) values ('CP-1'), ('CP-2')`);
    await pool.query(`begin; insert into charge_points (id) values ('CP-3'); rollback`);
    await pool.query(`insert into charge_points (id) values ('CP-4')`);
    expect(await changes()).toMatchObject(
      ['CP-1', 'CP-2', 'CP-4'].map((id, at) => ({ changeId: `${at + 1}.0`, data: { id } })),
    );
  });
});

describe('changes of readings', () => {
  it('are told by the names of their series, which are read once', async () => {
    const series = await addSeries('CP-1', 'Energy.Active.Import.Register');
    const ts = Date.UTC(2026, 0, 15, 12);
    const columns = {
      series: [series],
      ts: [ts],
      context: [1],
      value: [2.5],
      transaction: ['7'],
      quality: [1],
    };
    await append({
      inserted: columns,
      replaced: { ...columns, oldValue: [2], oldTransaction: [null], oldQuality: [0] },
    });
    const [, row] = await rowsAfter(0);
    if (row === undefined) throw new Error('no row');

    const dictionary = new SeriesDictionary();
    let statements = 0;
    const counted: Query = (text, values) => {
      statements += 1;
      return query(text, values);
    };
    await dictionary.load(counted, [row]);
    await dictionary.load(counted, [row]);
    expect(statements).toBe(1);

    const data = {
      ...{ chargePointId: 'CP-1', evseId: 0, connectorId: 1, measurand: 'Energy.Active.Import.Register' },
      ...{ phase: '', location: 'Outlet', unit: 'Wh', context: 'Sample.Periodic' },
      ...{ timestamp: '2026-01-15T12:00:00.000Z', value: 2.5, transactionId: '7', quality: ['assumedUtc'] },
    };
    const place = { kind: 'reading', timestamp: new Date(row.committedAtMs).toISOString() };
    expect(changesOfRow(row, dictionary)).toEqual([
      { ...place, type: 'INSERT', changeId: '2.0', data },
      {
        ...{ ...place, type: 'UPDATE', changeId: '2.1' },
        ...{ oldData: { ...data, value: 2, transactionId: null, quality: [] }, newData: data },
      },
    ]);
  });
});

describe('the snapshot that a subscription begins with', () => {
  const snapshot = async (
    filter: Parameters<typeof readLiveSnapshot>[1]['filter'],
    sites: readonly string[] | null = null,
  ) => {
    const items: LiveSnapshotItem[] = [];
    const walk = new ReadDatabase(pool, { statementTimeoutMs: 10_000 }).walk(
      (run) => readLiveSnapshot(run, { filter, sites: sites === null ? null : new Set(sites) }),
      new AbortController().signal,
    );
    for await (const page of walk) items.push(...page);
    return items.map((item) =>
      item.kind === 'chargePoint' ? item.id : `${item.chargePointId}/${item.measurand}`,
    );
  };

  beforeEach(async () => {
    const add = async (id: string, site: string, measurands: readonly string[]): Promise<void> => {
      await pool.query('insert into charge_points (id, site) values ($1, $2)', [id, site]);
      for (const measurand of measurands) {
        const series = await addSeries(id, measurand);
        await pool.query(
          `insert into latest_readings (series_id, ts, value, received_at, context) values ($1, now(), 1, now(), 1)`,
          [series],
        );
      }
    };
    await add('CP-1', 'north', ['SoC', 'Voltage']);
    await add('CP-2', 'south', ['SoC']);
    await add('CP-3', '', []);
    await pool.query(`insert into charge_points (id, status) values ('CP-4', 'retired')`);
  });

  it('has the charge points that are not retired, and the newest reading of each series', async () => {
    expect((await snapshot({})).sort()).toEqual(
      ['CP-1', 'CP-1/SoC', 'CP-1/Voltage', 'CP-2', 'CP-2/SoC', 'CP-3'].sort(),
    );
  });

  it.each([
    ['charge points', { chargePointIds: ['CP-2', 'CP-9'] }, ['CP-2', 'CP-2/SoC']],
    ['sites', { sites: ['north', ''] }, ['CP-1', 'CP-1/SoC', 'CP-1/Voltage', 'CP-3']],
    ['measurands', { measurands: ['Voltage'] }, ['CP-1', 'CP-1/Voltage', 'CP-2', 'CP-3']],
    ['kinds', { kinds: ['reading' as const] }, ['CP-1/SoC', 'CP-1/Voltage', 'CP-2/SoC']],
    ['kinds that have none', { kinds: ['fleet' as const] }, []],
  ])('keeps to the filter: %s', async (_, filter, expected) => {
    expect((await snapshot(filter)).sort()).toEqual(expected);
  });

  it('shows nobody a site that is not theirs', async () => {
    expect((await snapshot({}, ['south'])).sort()).toEqual(['CP-2', 'CP-2/SoC']);
    expect(await snapshot({ sites: ['north'] }, ['south'])).toEqual([]);
    expect(await snapshot({}, [])).toEqual([]);
  });

  it('comes in pages, also of one charge point with more series than a page holds', async () => {
    await pool.query(
      `with added as (
         insert into series (charge_point_id, measurand, unit) select 'CP-3', 'M' || n, 'Wh' from generate_series(1, 10500) n
         returning id)
       insert into latest_readings (series_id, ts, value, received_at, context) select id, now(), 1, now(), 1 from added`,
    );
    await pool.query(`insert into charge_points (id) select 'DP-' || n from generate_series(1, 250) n`);
    const all = await snapshot({});
    expect(all.length).toBe(6 + 10_500 + 250);
    expect(new Set(all).size).toBe(all.length);
    expect((await snapshot({ measurands: ['M77'], kinds: ['reading'] })).sort()).toEqual(['CP-3/M77']);
  });
});
