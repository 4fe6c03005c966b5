import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Reading } from '../../protocol/reading.js';
import { startLive } from '../harness/live.js';
import { LiveTestClient } from '../harness/live-client.js';
import { Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';

let store: Store;
let feeder: Feeder;
let offset = 0;
beforeEach(async () => {
  store = await openStore();
  feeder = await Feeder.claim(store.sink());
  offset = 0;
});
afterEach(() => store.close());

/** One flush: a message is of one charge point. */
const write = (...readings: Partial<Reading>[]) => {
  const each = readings.map(reading);
  const ids = new Set(each.map(({ chargePointId }) => chargePointId));
  return feeder.store(
    [...ids].map((id) =>
      message(
        offset++,
        each.filter(({ chargePointId }) => chargePointId === id),
      ),
    ),
  );
};
const register = (id: string, site: string) =>
  store.pool.query('insert into charge_points (id, site) values ($1, $2)', [id, site]);
const edit = (id: string, column: 'site' | 'label' | 'status', value: string) =>
  store.pool.query(`update charge_points set ${column} = $2 where id = $1`, [id, value]);
const open = async (options = {}) => {
  const live = await startLive(store.url, options);
  return { live, client: await LiveTestClient.open(live.url) };
};

describe('a subscription', () => {
  it('begins with what is there, and goes on with what is stored and changed', async () => {
    await register('CP-1', 'depot');
    await write({ value: 1 }, { value: 7, measurand: 'SoC', unit: 'Percent' });
    await write({ value: 2, timestampMs: T0 + 1 });
    const { client } = await open();
    await client.subscribe('s1');
    expect(client.folded('s1')).toMatchObject({
      chargePoints: { 'CP-1': { site: 'depot', status: 'active', version: 1 } },
    });
    expect(
      Object.values(client.folded('s1').readings)
        .map(({ value }) => value)
        .sort(),
    ).toEqual([2, 7]);
    await write({ value: 3, timestampMs: T0 + 2 });
    await edit('CP-1', 'label', 'north');
    await edit('CP-1', 'status', 'retired');
    await client.until(({ type }) => type === 'DELETE');
    expect(client.of('s1').map(({ type }) => type)).toEqual([
      ...['INITIAL_DATA', 'INITIAL_DATA', 'STATUS', 'INSERT', 'UPDATE', 'DELETE'],
    ]);
    expect(client.of('s1')[4]).toMatchObject({
      kind: 'chargePoint',
      oldData: { label: '', version: 1 },
      newData: { label: 'north', version: 2 },
    });
    expect(client.folded('s1')).toMatchObject({ chargePoints: {} });
  });

  it.each([
    ['charge points', { chargePointIds: ['CP-2'] }, ['CP-2 SoC', 'CP-2 Voltage']],
    ['sites', { sites: ['a', 'c'] }, ['CP-1 SoC', 'CP-1 Voltage', 'CP-3 SoC', 'CP-3 Voltage']],
    ['measurands', { measurands: ['SoC'] }, ['CP-1 SoC', 'CP-2 SoC', 'CP-3 SoC']],
    ['all of it', { chargePointIds: ['CP-1', 'CP-2'], sites: ['a'], measurands: ['SoC'] }, ['CP-1 SoC']],
  ])('is told of %s that it asks for, in the snapshot as in changes', async (_, filter, expected) => {
    const everything = (timestampMs: number) =>
      ['CP-1', 'CP-2', 'CP-3'].flatMap((chargePointId) =>
        ['SoC', 'Voltage'].map((measurand) => ({ chargePointId, measurand, unit: '', timestampMs })),
      );
    for (const [id, site] of [
      ['CP-1', 'a'],
      ['CP-2', 'b'],
      ['CP-3', 'c'],
    ] as const)
      await register(id, site);
    await write(...everything(T0));
    const { client } = await open();
    await client.subscribe('s1', { filter: { ...filter, kinds: ['reading'] } });
    const names = (readings: object) =>
      Object.values(readings as Record<string, Reading>)
        .map(({ chargePointId, measurand }) => `${chargePointId} ${measurand}`)
        .sort();
    expect(names(client.folded('s1').readings)).toEqual(expected);
    await write(...everything(T0 + 1));
    await expect.poll(() => client.changes('s1')).toHaveLength(expected.length);
    expect(names(client.folded('s1').readings)).toEqual(expected);
  });

  it('stands beside others of its socket, each with its own id, until it is ended', async () => {
    const { client } = await open();
    await client.subscribe('all');
    await client.subscribe('soc', { filter: { measurands: ['SoC'] } });
    await client.subscribe('registry', { filter: { kinds: ['chargePoint'] } });
    await write({ measurand: 'SoC' }, { measurand: 'Voltage' });
    await expect.poll(() => client.changes('all')).toEqual(['INSERT 1.0', 'INSERT 2.0', 'INSERT 2.1']);
    // Of measurands alone: charge points pass.
    await expect.poll(() => client.changes('soc')).toHaveLength(2);
    await expect.poll(() => client.changes('registry')).toEqual(['INSERT 1.0']);
    client.send({ type: 'UNSUBSCRIBE', id: 'soc' });
    await client.subscribe('after');
    await write({ measurand: 'SoC', timestampMs: T0 + 1 });
    await expect.poll(() => client.changes('after')).toHaveLength(1);
    expect(client.changes('soc')).toHaveLength(2);
  });

  it('begins now where no snapshot is wanted', async () => {
    await write({});
    const { client } = await open();
    await client.subscribe('s1', { snapshot: false });
    await write({ timestampMs: T0 + 1 });
    await expect.poll(() => client.changes('s1')).toHaveLength(1);
    expect(client.of('s1').map(({ type }) => type)).toEqual(['STATUS', 'INSERT']);
  });

  it('hears of a charge point that moves to its site as new, and of one that leaves as gone', async () => {
    await register('CP-1', 'a');
    const { client } = await open();
    await client.subscribe('a', { filter: { sites: ['a'] } });
    await client.subscribe('b', { filter: { sites: ['b'] } });
    await edit('CP-1', 'site', 'b');
    await write({});
    await expect.poll(() => client.changes('b')).toHaveLength(2);
    expect(client.of('b').slice(-2)).toMatchObject([
      { type: 'INSERT', data: { id: 'CP-1', site: 'b' } },
      { type: 'INSERT', kind: 'reading' },
    ]);
    expect(client.of('a').slice(-1)).toMatchObject([{ type: 'DELETE', data: { id: 'CP-1', site: 'a' } }]);
  });

  it('is told what was corrected, old and new, on request what differs alone', async () => {
    await write({ value: 5 });
    const { client } = await open();
    await client.subscribe('whole');
    await client.subscribe('brief', { changedOnly: true });
    await write({ value: 9 });
    for (const id of ['whole', 'brief']) await expect.poll(() => client.changes(id)).toHaveLength(1);
    expect(client.of('whole').at(-1)).toMatchObject({
      type: 'UPDATE',
      oldData: { value: 5, transactionId: null, quality: [] },
      newData: { value: 9, transactionId: null },
    });
    expect(client.of('brief').at(-1)).toMatchObject({ oldData: { value: 5 }, newData: { value: 9 } });
    expect(client.of('brief').at(-1)).not.toHaveProperty('newData.quality');
  });
});
