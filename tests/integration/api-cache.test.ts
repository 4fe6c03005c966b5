import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { slotScope } from '../../store/rollups/shards.js';
import { rollupVersionStatement } from '../../store/read/rollup-version.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { runRollups } from '../harness/run-rollups.js';
import { Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const POWER = { measurand: 'Power.Active.Import', unit: 'W' };
const CHARGE_POINTS = Array.from({ length: 12 }, (_, at) => `CP-${at}`);

const day = (at: number): string => new Date(Math.floor(T0 / DAY_MS) * DAY_MS + at * DAY_MS).toISOString();
const TODAY = `from=${day(0)}&to=${day(1)}`;
const power = (range: string, more = ''): string =>
  `/v1/aggregates?${range}&measurand=Power.Active.Import&groupBy=chargePoint${more}`;

/** Readings are stored by the sink, aggregates kept by the loop: only then is a version what the cache takes it for. */
describe('answers from memory', () => {
  let store: Store;
  let feeder: Feeder;
  let api: RunningApi;

  beforeAll(async () => {
    store = await openStore();
    feeder = await Feeder.claim(store.sink());
    await change(...CHARGE_POINTS.map((chargePointId) => ({ chargePointId, ...POWER, value: 10 })));
    await change(
      { value: 100 },
      { value: 200, timestampMs: T0 + HOUR_MS },
      { chargePointId: 'CP-2', value: 5 },
      { chargePointId: 'CP-2', value: 7, timestampMs: T0 + HOUR_MS },
    );
  });

  beforeEach(async () => {
    api = await startApi({ databaseUrl: store.url });
    return () => api.stop();
  });

  afterAll(() => store.close());

  async function change(...readings: Parameters<typeof reading>[0][]): Promise<void> {
    await feeder.store(readings.map((each, at) => message(feeder.position + at, [reading(each)])));
    await runRollups(store.pool);
  }

  /** The answer, and how it came about. */
  async function ask(path: string, init?: RequestInit) {
    const before = await outcomes();
    const answer = await api.get(path, init);
    const after = await outcomes();
    const [outcome] = [...after].find(([name, times]) => times !== (before.get(name) ?? 0)) ?? [];
    return { ...answer, outcome };
  }

  async function outcomes(): Promise<Map<string, number>> {
    const text = await api.registry.metrics();
    const lines = text.matchAll(
      /^meterpulse_api_cache_requests_total\{resource="(\w+)",outcome="(\w+)"\} (\d+)$/gm,
    );
    return new Map(
      [...lines].map(([, resource, outcome, times]) => [`${resource} ${outcome}`, Number(times)]),
    );
  }

  it('are those of the database', async () => {
    const path = power(TODAY);
    const first = await ask(path);
    expect(first).toMatchObject({ status: 200, outcome: 'aggregates miss' });
    expect(first.body['items']).toHaveLength(CHARGE_POINTS.length);
    const second = await ask(path);
    expect(second).toMatchObject({ status: 200, outcome: 'aggregates hit', body: first.body });
    expect(second.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(second.headers.get('cache-control')).toBe('no-cache');
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(second.headers.get('vary')).toContain('Accept');
    expect(
      Number(/^meterpulse_api_cache_bytes (\d+)$/m.exec(await api.registry.metrics())?.[1]),
    ).toBeGreaterThan(1_000);
  });

  it('are known however the question is put', async () => {
    const one = power(TODAY, '&chargePointId=CP-1&chargePointId=CP-2&timezone=Europe/Berlin');
    expect(await ask(one)).toMatchObject({ outcome: 'aggregates miss' });
    const other = `/v1/aggregates?chargePointId=CP-2&timezone=europe/berlin&groupBy=chargePoint&chargePointId=CP-1&chargePointId=CP-2&limit=100&to=${day(1).slice(0, 10)}&from=${day(0).replace('Z', '%2B00:00')}&measurand=Power.Active.Import&interval=1h`;
    expect(await ask(other)).toMatchObject({ outcome: 'aggregates hit' });
    expect(await ask(power(TODAY, '&limit=1'))).toMatchObject({ outcome: 'aggregates miss' });
  });

  it('are made anew when a bucket of theirs has changed', async () => {
    const path = power(TODAY, '&chargePointId=CP-1&interval=1d');
    const energy = `/v1/energy?${TODAY}&chargePointId=CP-1`;
    const first = await ask(path);
    const firstEnergy = await ask(energy);
    expect(firstEnergy).toMatchObject({ outcome: 'energy miss', body: { items: [{ energyWh: 100 }] } });
    await change({ ...POWER, value: 30, timestampMs: T0 + 60_000 });
    const second = await ask(path);
    expect(second).toMatchObject({ outcome: 'aggregates stale', body: { items: [{ max: 30, count: 2 }] } });
    expect(second.headers.get('etag')).not.toBe(first.headers.get('etag'));
    await change({ value: 250, timestampMs: T0 + 2 * HOUR_MS });
    expect(await ask(energy)).toMatchObject({
      outcome: 'energy stale',
      body: { items: [{ energyWh: 150 }] },
    });
    expect(await ask(energy)).toMatchObject({ outcome: 'energy hit', body: { items: [{ energyWh: 150 }] } });
  });

  it('stay when another day has changed', async () => {
    const path = power(TODAY);
    await ask(path);
    await change(
      { ...POWER, value: 40, timestampMs: T0 + 3 * DAY_MS },
      { ...POWER, value: 41, timestampMs: T0 - 3 * DAY_MS },
    );
    expect(await ask(path)).toMatchObject({ outcome: 'aggregates hit' });
    expect(await ask(power(`from=${day(-4)}&to=${day(4)}`, '&interval=1d'))).toMatchObject({
      outcome: 'aggregates miss',
    });
    await change({ ...POWER, value: 42, timestampMs: T0 + 3 * DAY_MS + 1 });
    expect(await ask(path)).toMatchObject({ outcome: 'aggregates hit' });
    expect(await ask(power(`from=${day(-4)}&to=${day(4)}`, '&interval=1d'))).toMatchObject({
      outcome: 'aggregates stale',
    });
  });

  it('stay when another charge point has changed, though it is computed with theirs, and go with their own', async () => {
    const { rows } = await store.pool.query<{ one: string; other: string }>(
      `select a.charge_point_id as one, b.charge_point_id as other from series a join series b on a.shard = b.shard
       where a.charge_point_id < b.charge_point_id and ${slotScope('a.charge_point_id')} <> ${slotScope('b.charge_point_id')}
       limit 1`,
    );
    const [{ one, other } = { one: '', other: '' }] = rows;
    expect(other, 'two of a dozen charge points are in one shard').not.toBe('');
    const path = power(TODAY, `&chargePointId=${one}`);
    await ask(path);
    await change({ chargePointId: other, ...POWER, value: 50, timestampMs: T0 + 120_000 });
    expect(await ask(path)).toMatchObject({ outcome: 'aggregates hit' });
    await change({ chargePointId: one, ...POWER, value: 51, timestampMs: T0 + 120_000 });
    expect(await ask(path)).toMatchObject({ outcome: 'aggregates stale' });
  });

  it('go with the registry: a charge point may have moved to another site', async () => {
    const path = `/v1/energy?${TODAY}&groupBy=site`;
    expect((await ask(path)).body['items']).toMatchObject([{ site: '' }]);
    await store.pool.query(`update charge_points set site = 'moved' where id = 'CP-2'`);
    const moved = await ask(path);
    expect(moved.outcome).toBe('energy stale');
    expect(moved.body['items']).toMatchObject([{ site: '' }, { site: 'moved', energyWh: 2 }]);
  });

  it('need no body for a client that has them, in memory or not', async () => {
    const path = power(TODAY, '&chargePointId=CP-3');
    const { headers } = await ask(path);
    const ifNoneMatch = { headers: { 'if-none-match': headers.get('etag') ?? '' } };
    const again = await ask(path, ifNoneMatch);
    expect(again).toMatchObject({ status: 304, body: {}, outcome: 'aggregates unchanged' });
    expect(again.headers.get('etag')).toBe(headers.get('etag'));
    await api.stop();
    api = await startApi({ databaseUrl: store.url, cacheBytes: 0 });
    expect(await ask(path, ifNoneMatch)).toMatchObject({ status: 304, outcome: 'aggregates unchanged' });
    await change({ chargePointId: 'CP-3', ...POWER, value: 60, timestampMs: T0 + 180_000 });
    expect(await ask(path, ifNoneMatch)).toMatchObject({ status: 200, outcome: 'aggregates miss' });
  });

  it('are neither of requests that are refused, nor exports, nor of sessions', async () => {
    expect((await ask(`/v1/energy?${TODAY}&groupBy=transaction`)).outcome).toBeUndefined();
    const csv = await fetch(`${api.url}${power(TODAY)}`, { headers: { accept: 'text/csv' } });
    await csv.text();
    expect(await outcomes()).toEqual(new Map());
    expect(await ask(`/v1/aggregates?${TODAY}&groupBy=none`)).toMatchObject({
      status: 400,
      outcome: undefined,
    });
  });

  it('take no more memory than they may', async () => {
    await api.stop();
    api = await startApi({ databaseUrl: store.url, cacheBytes: 20_000 });
    for (let limit = 1; limit <= 30; limit++) await ask(power(TODAY, `&limit=${limit}`));
    const bytes = Number(/^meterpulse_api_cache_bytes (\d+)$/m.exec(await api.registry.metrics())?.[1]);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(20_000);
    expect(await ask(power(TODAY, '&limit=30'))).toMatchObject({ outcome: 'aggregates hit' });
    expect(await ask(power(TODAY, '&limit=1'))).toMatchObject({ outcome: 'aggregates miss' });
  });

  it.each(['never analysed', 'analysed'])('have their version by index, of tables %s', async (state) => {
    await store.pool.query(
      `insert into rollup_versions (scope, day, version) select s, date '2015-01-01' + d, 1
       from generate_series(0, 1100) s, generate_series(3600, 4150) d on conflict do nothing`,
    );
    if (state === 'analysed') await store.pool.query('analyze rollup_versions');
    for (const chargePointIds of [undefined, ['CP-1', 'CP-2']]) {
      const { text, values } = rollupVersionStatement({ chargePointIds, fromMs: T0, toMs: T0 + 30 * DAY_MS });
      const { rows } = await store.pool.query<{ 'QUERY PLAN': string }>(
        `explain (analyze, costs off, timing off, summary off) ${text}`,
        values,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).not.toMatch(/Seq Scan on rollup_versions/);
      const read = [...plan.matchAll(/on rollup_versions(?: v)? \(.*?rows=([\d.]+) loops=(\d+)/g)];
      expect(read.length).toBeGreaterThan(0);
      expect(
        read.reduce((sum, [, each, loops]) => sum + Number(each) * Number(loops), 0),
      ).toBeLessThanOrEqual(31 * 16 + 1);
    }
  });
});
