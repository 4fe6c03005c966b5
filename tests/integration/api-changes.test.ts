import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../protocol/live/change.js';
import type { Access } from '../../server/access/access.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { principalOf } from '../harness/principal-of.js';
import { Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';

let store: Store;
let api: RunningApi;
/** Sees the sites that its header names; without one all. */
const access: Access = {
  identify: ({ headers }) => {
    const sites = headers['x-sites'];
    return Promise.resolve(principalOf({ sites: typeof sites === 'string' ? sites.split(',') : null }));
  },
};
beforeEach(async () => {
  store = await openStore();
  api = await startApi({ databaseUrl: store.url, access });
});
afterEach(async () => {
  await api.stop();
  await store.close();
});

interface Page {
  readonly items: readonly Change[];
  readonly nextCursor: string;
}

async function changes(query = '', init?: RequestInit): Promise<Page> {
  const { status, body } = await api.get(`/v1/changes${query}`, init);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Page;
}

/** All that follows, page by page. */
async function all(cursor: string, limit: number, init?: RequestInit): Promise<Page & { pages: number }> {
  const items: Change[] = [];
  for (let at = cursor, pages = 1; ; pages++) {
    const page = await changes(`?cursor=${at}&limit=${limit}`, init);
    items.push(...page.items);
    if (page.nextCursor === at) return { items, nextCursor: at, pages };
    at = page.nextCursor;
  }
}

const shown = (change: Change): string => {
  const data = change.type === 'UPDATE' ? change.newData : change.data;
  const what = 'measurand' in data ? `${data.chargePointId} ${data.value}` : data.id;
  return `${change.changeId} ${change.type} ${what}`;
};

/** Row 1: the charge point; rows 2 and 3: flushes of two and of one. */
async function storeSome(): Promise<void> {
  const feeder = await Feeder.claim(store.sink());
  await feeder.store([message(0, [reading({ value: 1 }), reading({ value: 2, timestampMs: T0 + 1 })])]);
  await feeder.store([message(1, [reading({ value: 3 })])]);
}

describe('GET /v1/changes', () => {
  it('tells without a cursor only where to begin, then what comes, in the order of commits', async () => {
    const begin = await changes();
    expect(begin).toEqual({ items: [], nextCursor: '0' });
    await storeSome();
    const page = await changes(`?cursor=${begin.nextCursor}`);
    expect(page.items.map(shown)).toEqual([
      '1.0 INSERT CP-1',
      '2.0 INSERT CP-1 1',
      '2.1 INSERT CP-1 2',
      '3.0 UPDATE CP-1 3',
    ]);
    expect(page.nextCursor).toBe('3');
    expect(await changes('?cursor=3')).toEqual({ items: [], nextCursor: '3' });
    expect((await changes()).nextCursor).toBe('3');
  });

  it('goes on in the midst of a row, so that pages of any size tell the same', async () => {
    await storeSome();
    const whole = await all('0', 1_000);
    for (const limit of [1, 2, 3]) {
      const { items, nextCursor, pages } = await all('0', limit);
      expect(items).toEqual(whole.items);
      expect(nextCursor).toBe('3');
      expect(pages).toBeGreaterThan(2 / limit);
    }
    expect((await changes('?cursor=2.0')).items.map(shown)).toEqual([
      '2.1 INSERT CP-1 2',
      '3.0 UPDATE CP-1 3',
    ]);
    expect((await changes('?cursor=2.7')).items.map(shown)).toEqual(['3.0 UPDATE CP-1 3']);
  });

  it.each([
    ['older than the feed', '0', 'cleaned away'],
    ['in the midst of a row that was cleaned away', '2.0', 'cleaned away'],
    ['newer than the feed', '4', 'newer'],
    ['newer by far', '9007199254740991.9999999999', 'newer'],
  ])('refuses a cursor that is %s', async (_, cursor, detail) => {
    await storeSome();
    await store.pool.query('delete from feed where position <= 2');
    const { status, body } = await api.get(`/v1/changes?cursor=${cursor}`);
    expect(status).toBe(410);
    expect(body).toMatchObject({
      type: 'urn:meterpulse:problem:cursor-expired',
      detail: expect.stringContaining(detail) as string,
    });
  });

  it.each([
    '',
    '-1',
    '1.',
    '.1',
    '1.2.3',
    '01',
    '1e3',
    'NaN',
    '9007199254740992',
    '1%00',
    '٣',
    '1'.repeat(5_000),
  ])('refuses %j, which is no cursor', async (cursor) => {
    const { status, body } = await api.get(`/v1/changes?cursor=${cursor}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ parameter: 'cursor' }] });
  });

  it('tells those who see some sites what is of them; who comes to a site is inserted there, who leaves it deleted', async () => {
    const north = { headers: { 'x-sites': 'north' } };
    await storeSome();
    await store.pool.query(`update charge_points set site = 'north'`);
    await store.pool.query(`update charge_points set label = 'Gate'`);
    await store.pool.query(`insert into charge_points (id, site) values ('S-1', 'south')`);
    const feeder = await Feeder.claim(store.sink(), 1);
    const readings = [
      reading({ value: 9, timestampMs: T0 + 9 }),
      reading({ chargePointId: 'S-1', value: 8 }),
    ];
    await feeder.store(readings.map((each, at) => message(at, [each])));
    await store.pool.query(`update charge_points set site = 'south' where id = 'CP-1'`);
    // Readings go by the site of now.
    expect((await all('3', 2, north)).items.map(shown)).toEqual([
      '4.0 INSERT CP-1',
      '5.0 UPDATE CP-1',
      '8.0 DELETE CP-1',
    ]);
    expect((await all('3', 1, { headers: { 'x-sites': 'south' } })).items.map(shown)).toEqual([
      '6.0 INSERT S-1',
      '7.0 INSERT CP-1 9',
      '7.1 INSERT S-1 8',
      '8.0 INSERT CP-1',
    ]);
    expect((await all('0', 1, { headers: { 'x-sites': 'west' } })).items).toEqual([]);
  });
});

describe('the changeId of a list', () => {
  it('is what its page is as of: all before is in it, and nothing after', async () => {
    await store.pool.query(`insert into charge_points (id) values ('A'), ('B'), ('C')`);
    const stop = new AbortController();
    const writers = ['A', 'B', 'C'].map(async (id) => {
      for (let n = 0; !stop.signal.aborted; n++) {
        await store.pool.query('update charge_points set label = $2 where id = $1', [id, String(n)]);
      }
    });
    const pages: { changeId: string; items: { id: string; label: string }[] }[] = [];
    while (pages.length < 30) pages.push((await api.get('/v1/charge-points')).body as never);
    stop.abort();
    await Promise.all(writers);

    const told = (await all('0', 1_000)).items;
    for (const { changeId, items } of pages) {
      const folded = new Map<string, string>();
      for (const change of told) {
        if (Number.parseInt(change.changeId, 10) > Number(changeId)) break;
        if (change.kind !== 'chargePoint') continue;
        const { id, label } = change.type === 'UPDATE' ? change.newData : change.data;
        folded.set(id, label);
      }
      expect(new Map(items.map(({ id, label }) => [id, label]))).toEqual(folded);
    }
    expect(new Set(pages.map(({ changeId }) => changeId)).size).toBeGreaterThan(5);
  });

  it('is on the newest readings of a charge point, and changes no mark of a page that stays the same', async () => {
    await storeSome();
    const first = await api.get('/v1/charge-points/CP-1/latest');
    expect(first.body['changeId']).toBe('3');
    await store.pool.query(`insert into charge_points (id) values ('other')`);
    const again = await api.get('/v1/charge-points/CP-1/latest');
    expect(again.body['changeId']).toBe('4');
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    const etag = first.headers.get('etag') ?? '';
    const unchanged = await fetch(`${api.url}/v1/charge-points/CP-1/latest`, {
      headers: { 'if-none-match': etag },
    });
    expect(unchanged.status).toBe(304);
  });
});
