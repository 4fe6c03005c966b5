import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../../server/access/access.js';
import { startLive } from '../harness/live.js';
import { LiveTestClient, type Folded } from '../harness/live-client.js';
import { principalOf } from '../harness/principal-of.js';
import { Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';

let store: Store;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

/** What the tables have, as {@link LiveTestClient.folded} tells it. */
async function tables(): Promise<Omit<Folded, 'changeId'>> {
  const { rows } = await store.pool.query<{ key: string; value: number }>(
    `select json_build_array(s.charge_point_id, s.evse_id, s.connector_id, s.measurand, s.phase, s.location, s.unit)::text as key,
       l.value from latest_readings l join series s on s.id = l.series_id`,
  );
  const { rows: points } = await store.pool.query<{ id: string; version: number }>(
    "select id, version from charge_points where status <> 'retired'",
  );
  const compact = (key: string): string => JSON.stringify(JSON.parse(key));
  return {
    readings: Object.fromEntries(rows.map(({ key, value }) => [compact(key), { value }])) as never,
    chargePoints: Object.fromEntries(points.map(({ id, version }) => [id, { version }])) as never,
  };
}

const state = ({ readings, chargePoints }: Omit<Folded, 'changeId'>) => ({
  readings: Object.fromEntries(Object.entries(readings).map(([key, { value }]) => [key, value])),
  versions: Object.fromEntries(Object.entries(chargePoints).map(([id, { version }]) => [id, version])),
});

/** Four that commit at once, each its own partition and charge points, and edits of the registry beside. */
async function writeAtOnce(flushes: number, from = 0): Promise<void> {
  const writers = Array.from({ length: 4 }, async (_, partition) => {
    const feeder = await Feeder.claim(store.sink(), partition);
    for (let at = from; at < from + flushes; at++) {
      const readings = [1, 2].map((connectorId) =>
        reading({ chargePointId: `CP-${partition}`, connectorId, timestampMs: T0 + at, value: at }),
      );
      await feeder.store([message(feeder.position, readings)]);
      await store.pool.query('update charge_points set label = $2 where id = $1', [
        `CP-${partition}`,
        `${at}`,
      ]);
    }
  });
  await Promise.all(writers);
}

async function head(): Promise<number> {
  const { rows } = await store.pool.query<{ head: number }>('select feed_head() as head');
  return rows[0]?.head ?? 0;
}

describe('a subscriber while four commit at once', () => {
  it('has what the tables have, whenever it came, each change once and in order', async () => {
    const live = await startLive(store.url);
    const client = await LiveTestClient.open(live.url);
    const ids: string[] = [];
    const writing = writeAtOnce(40);
    for (let at = 0; at < 20; at++) {
      ids.push(`s${at}`);
      await client.subscribe(`s${at}`);
    }
    await writing;
    const position = await head();
    const expected = state(await tables());
    for (const id of ids) {
      await expect.poll(() => Number(client.folded(id).changeId.split('.')[0])).toBe(position);
      // Folding fails where a change comes twice or out of order.
      expect(state(client.folded(id)), id).toEqual(expected);
    }
  });

  it.each([
    ['memory', {}],
    ['the table', { recentBytes: 1 }],
  ])('goes on from %s where it was, wherever it was cut off', async (from, options) => {
    const live = await startLive(store.url, options);
    const client = await LiveTestClient.open(live.url);
    await client.subscribe('all', { changeId: '0' });
    await writeAtOnce(15);
    const position = await head();
    await expect.poll(() => Number(client.folded('all').changeId.split('.')[0])).toBe(position);
    const everything = client.changes('all');
    expect(everything.length).toBeGreaterThan(4 * 15 * 2);
    const again = await LiveTestClient.open(live.url);
    for (const cut of [0, 1, 2, 17, everything.length - 1, everything.length]) {
      const changeId = cut === 0 ? '0' : everything[cut - 1]?.split(' ')[1];
      await again.subscribe(`s${cut}`, { changeId });
      expect(again.changes(`s${cut}`)).toEqual(everything.slice(cut));
    }
    const source = from === 'memory' ? 'memory' : 'table';
    expect(await live.metric('meterpulse_live_catch_ups_total', { source })).toBeGreaterThanOrEqual(5);
  });

  it('goes on at another process, and at one that has just started', async () => {
    const one = await startLive(store.url);
    const client = await LiveTestClient.open(one.url);
    await client.subscribe('s');
    await writeAtOnce(3);
    await client.until((each) => 'kind' in each && each.type === 'UPDATE');
    await one.stop();
    expect(await client.closed).toMatchObject({ code: 1012 });
    const { changeId } = client.folded('s');
    await writeAtOnce(3, 3);
    const other = await startLive(store.url);
    const again = await LiveTestClient.open(other.url);
    await again.subscribe('s', { changeId });
    expect(state(foldBoth(client, again))).toEqual(state(await tables()));
    expect(again.of('s').some(({ type }) => type === 'RESYNC' || type === 'INITIAL_DATA')).toBe(false);
  });
});

function foldBoth(one: LiveTestClient, other: LiveTestClient): Folded {
  one.messages.push(...other.messages);
  return one.folded('s');
}

describe('a cursor that can not be gone on from', () => {
  it('is told so where it is newer than the feed, and begins anew', async () => {
    await writeAtOnce(1);
    const live = await startLive(store.url);
    const client = await LiveTestClient.open(live.url);
    await client.subscribe('s', { changeId: '900000.1' });
    expect(client.of('s').map(({ type }) => type)).toEqual([
      ...['RESYNC', ...Array.from(client.of('s').slice(2), () => 'INITIAL_DATA'), 'STATUS'],
    ]);
    expect(client.of('s')[0]).toMatchObject({ reason: 'unknown' });
    expect(state(client.folded('s'))).toEqual(state(await tables()));
    await client.subscribe('bare', { changeId: '900000', snapshot: false });
    expect(client.of('bare').map(({ type }) => type)).toEqual(['RESYNC', 'STATUS']);
  });

  it('is told so where the feed was cleaned behind it', async () => {
    await writeAtOnce(2);
    const { rows } = await store.pool.query<{ position: number }>(
      'select min(position) + 2 as position from feed',
    );
    await store.pool.query('delete from feed where position <= $1', [rows[0]?.position]);
    const live = await startLive(store.url, { recentBytes: 1 });
    const client = await LiveTestClient.open(live.url);
    await client.subscribe('s', { changeId: '1' });
    expect(client.of('s')[0]).toMatchObject({ type: 'RESYNC', reason: 'expired' });
    expect(state(client.folded('s'))).toEqual(state(await tables()));
  });
});

describe('who may see some sites only', () => {
  const access = (principal: Principal | null) => ({ identify: () => Promise.resolve(principal) });

  it('is told of nothing else, in the snapshot, in changes, and in what it missed', async () => {
    await store.pool.query("insert into charge_points (id, site) values ('CP-0', 'a'), ('CP-1', 'b')");
    await writeAtOnce(2);
    const live = await startLive(store.url, {}, { access: access(principalOf({ sites: ['a'] })) });
    const client = await LiveTestClient.open(live.url);
    await client.subscribe('all');
    await client.subscribe('asked', { filter: { sites: ['a', 'b'] } });
    await client.subscribe('other', { filter: { sites: ['b'] } });
    await client.subscribe('named', { filter: { chargePointIds: ['CP-0', 'CP-1'] } });
    await client.subscribe('missed', { changeId: '0' });
    await writeAtOnce(2, 2);
    const told = (id: string) =>
      new Set(
        [...JSON.stringify(client.of(id)).matchAll(/"(?:chargePointId|id)":"(CP-\d)"/g)].map(
          ([, each]) => each,
        ),
      );
    for (const id of ['all', 'asked', 'named', 'missed'])
      await expect.poll(() => client.changes(id).length, { message: id }).toBeGreaterThanOrEqual(6);
    for (const id of ['all', 'asked', 'named', 'missed']) expect([...told(id)], id).toEqual(['CP-0']);
    expect([...told('other')]).toEqual([]);
    client.send({ type: 'SUBSCRIBE', id: 'fleet', filter: { kinds: ['fleet'] } });
    expect(await client.until(({ id }) => id === 'fleet')).toMatchObject({ error: { code: 'forbidden' } });
  });

  it('may send what their scopes say, and is told which scope it takes', async () => {
    const { scopes } = principalOf({ scopes: ['registry:write', 'commands:send'] });
    const live = await startLive(store.url, {}, { access: access({ ...principalOf(), scopes }) });
    const client = await LiveTestClient.open(live.url);
    client.send({ type: 'SUBSCRIBE', id: 's' });
    const refused = await client.until(({ id }) => id === 's');
    expect(refused).toMatchObject({ type: 'ERROR', error: { code: 'forbidden' } });
    expect(JSON.stringify(refused)).toContain('readings:read');
    client.send({ type: 'UNSUBSCRIBE', id: 'u' });
    expect(await client.until(({ id }) => id === 'u')).toMatchObject({ error: { code: 'forbidden' } });
  });

  it('is nobody where they are not known, or can not be asked for', async () => {
    const refused = await startLive(store.url, {}, { access: access(null) });
    await expect(LiveTestClient.open(refused.url)).rejects.toThrow('HTTP 401');
    const identify = () => Promise.reject(new Error('the directory is away'));
    const failing = await startLive(store.url, {}, { access: { identify } });
    await expect(LiveTestClient.open(failing.url)).rejects.toThrow('HTTP 503');
  });
});
