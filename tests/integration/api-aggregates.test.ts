import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregatePage } from '../../routes/response/aggregate.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { QUARTER_MS, SeedRollups } from '../harness/seed-rollups.js';
import { Seed } from '../harness/seed.js';

type Item = Record<string, unknown>;

const POWER = { measurand: 'Power.Active.Import', unit: 'W' };
const at = (time: string): string => `2026-03-10T${time}:00.000Z`;

describe('/v1/aggregates', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;
  let seed: Seed;
  let rollups: SeedRollups;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    seed = new Seed(client);
    rollups = new SeedRollups(client);
    await seed.chargePoint('A', 'north');
    await seed.chargePoint('B', 'north');
    await seed.chargePoint('C', 'south');
    const buckets = async (
      series: Parameters<Seed['series']>[0],
      ...rows: Parameters<SeedRollups['buckets']>[1]
    ) => rollups.buckets(await seed.series(series), rows, 0);
    await buckets(
      { chargePointId: 'A', ...POWER },
      { bucket: at('06:00'), values: [10, 30, 20] },
      { bucket: at('06:30'), values: [40], conflicts: 2 },
      // Energy can flow where there is no sample.
      { bucket: at('06:45'), measuredWh: 1 },
      { bucket: at('09:00'), values: [-5] },
    );
    await buckets(
      { chargePointId: 'A', ...POWER, location: 'Inlet' },
      { bucket: at('06:15'), values: [7, 8] },
    );
    await buckets({ chargePointId: 'A', ...POWER, phase: 'L1' }, { bucket: at('06:00'), values: [1] });
    await buckets({ chargePointId: 'A', connectorId: 2, ...POWER }, { bucket: at('06:00'), values: [100] });
    await buckets({ chargePointId: 'B', ...POWER }, { bucket: at('06:00'), values: [1_000] });
    await buckets(
      { chargePointId: 'C', ...POWER },
      { bucket: '2026-03-11T00:00:00.000Z', values: [0.1, 0.2] },
    );
    await buckets(
      { chargePointId: 'A', measurand: 'SoC', unit: 'Percent' },
      { bucket: at('06:00'), values: [50, 60] },
    );
    await seed.position({
      first: Date.parse(at('06:00')),
      last: Date.parse('2026-03-11T00:00:01Z'),
      stored: 9,
    });
    api = await startApi({ databaseUrl: database.url });
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  async function items(query: string): Promise<Item[]> {
    const { status, body } = await api.get(`/v1/aggregates?${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(aggregatePage.parse(body)).toEqual(body);
    return body['items'] as Item[];
  }

  const days = 'from=2026-03-10&to=2026-03-12';
  const power = `${days}&measurand=Power.Active.Import`;
  const outlet = {
    chargePointId: 'A',
    evseId: 0,
    connectorId: 1,
    measurand: 'Power.Active.Import',
    phase: '',
    location: 'Outlet',
    unit: 'W',
  };

  it('is by series and hour unless told, and only where there is a sample', async () => {
    expect(await items(`${days}&chargePointId=A&measurand=Power.Active.Import&phase=&connectorId=1`)).toEqual(
      [
        {
          start: at('06:00'),
          end: at('07:00'),
          ...outlet,
          location: 'Inlet',
          count: 2,
          min: 7,
          max: 8,
          avg: 7.5,
          sum: 15,
          first: 7,
          last: 8,
          conflicts: 0,
        },
        {
          start: at('06:00'),
          end: at('07:00'),
          ...outlet,
          count: 4,
          min: 10,
          max: 40,
          avg: 25,
          sum: 100,
          first: 10,
          last: 40,
          conflicts: 2,
        },
        {
          start: at('09:00'),
          end: at('10:00'),
          ...outlet,
          count: 1,
          min: -5,
          max: -5,
          avg: -5,
          sum: -5,
          first: -5,
          last: -5,
          conflicts: 0,
        },
      ],
    );
  });

  it('gives every series of a charge point without a measurand', async () => {
    const found = await items(`${days}&chargePointId=A&interval=1d`);
    expect(
      found.map(({ connectorId, measurand, phase, location }) => [connectorId, measurand, phase, location]),
    ).toEqual([
      [1, 'Power.Active.Import', '', 'Inlet'],
      [1, 'Power.Active.Import', '', 'Outlet'],
      [1, 'Power.Active.Import', 'L1', 'Outlet'],
      [1, 'SoC', '', 'Outlet'],
      [2, 'Power.Active.Import', '', 'Outlet'],
    ]);
  });

  it('puts locations, then places together, and never phases', async () => {
    const figures = (list: Item[]) =>
      list.map(({ count, min, max, avg, sum, first, last, conflicts, ...keys }) => [
        Object.values(keys).slice(2).join(' '),
        [count, min, max, avg, sum, first, last, conflicts].join(' '),
      ]);
    const of = async (query: string) => figures(await items(`${power}&interval=1d&${query}`));
    expect(await of('groupBy=connector')).toEqual([
      ['A 0 1 Power.Active.Import  W', '7 -5 40 15.7142857143 110 10 -5 2'],
      ['A 0 1 Power.Active.Import L1 W', '1 1 1 1 1 1 1 0'],
      ['A 0 2 Power.Active.Import  W', '1 100 100 100 100 100 100 0'],
      ['B 0 1 Power.Active.Import  W', '1 1000 1000 1000 1000 1000 1000 0'],
      ['C 0 1 Power.Active.Import  W', '2 0.1 0.2 0.15 0.3 0.1 0.2 0'],
    ]);
    expect(await of('groupBy=chargePoint&chargePointId=A')).toEqual([
      ['A Power.Active.Import  W', '8 -5 100 26.25 210 10 -5 2'],
      ['A Power.Active.Import L1 W', '1 1 1 1 1 1 1 0'],
    ]);
    expect(await of('groupBy=site&phase=')).toEqual([
      ['north Power.Active.Import  W', '9 -5 1000 134.444444444 1210 10 -5 2'],
      ['south Power.Active.Import  W', '2 0.1 0.2 0.15 0.3 0.1 0.2 0'],
    ]);
    expect(await of('groupBy=none&phase=')).toEqual([
      ['Power.Active.Import  W', '9 -5 1000 134.444444444 1210 10 -5 2'],
      ['Power.Active.Import  W', '2 0.1 0.2 0.15 0.3 0.1 0.2 0'],
    ]);
  });

  it('has first and last of the whole bucket, made of finer and coarser rows', async () => {
    // 15 minutes, hours and a day of one bucket.
    const [item] = await items(
      'from=2026-03-09T23:45:00Z&to=2026-03-11T00:15:00Z&interval=1mo&chargePointId=A&chargePointId=C&measurand=Power.Active.Import&groupBy=none&phase=',
    );
    expect(item).toMatchObject({
      start: '2026-03-09T23:45:00.000Z',
      end: '2026-03-11T00:15:00.000Z',
      count: 10,
      first: 10,
      last: 0.2,
    });
  });

  it('has buckets of zones that are off by 30 and 45 minutes', async () => {
    const of = async (timezone: string) =>
      (await items(`${power}&chargePointId=A&groupBy=chargePoint&phase=&timezone=${timezone}`)).map(
        ({ start, count }) => [start, count],
      );
    expect(await of('Asia/Kolkata')).toEqual([
      [at('05:30'), 6],
      [at('06:30'), 1],
      [at('08:30'), 1],
    ]);
    expect(await of('Asia/Kathmandu')).toEqual([
      [at('05:15'), 4],
      [at('06:15'), 3],
      [at('08:15'), 1],
    ]);
  });

  it('has days of 23 and 25 hours in Berlin', async () => {
    const seriesId = await seed.series({ chargePointId: 'DST', ...POWER });
    const quarters = (from: string, to: string) => {
      const rows = [];
      for (let ms = Date.parse(from); ms < Date.parse(to); ms += QUARTER_MS) {
        rows.push({ bucket: new Date(ms).toISOString(), values: [1, 3] });
      }
      return rows;
    };
    await rollups.buckets(
      seriesId,
      [
        ...quarters('2026-03-27T00:00Z', '2026-04-01T00:00Z'),
        ...quarters('2026-10-23T00:00Z', '2026-10-28T00:00Z'),
      ],
      0,
    );
    await seed.position({
      first: Date.parse('2026-03-27T00:00Z'),
      last: Date.parse('2026-10-27T23:45Z'),
      stored: 1,
    });
    const of = async (from: string, to: string) =>
      (
        await items(
          `chargePointId=DST&from=${from}&to=${to}&interval=1d&timezone=Europe/Berlin&measurand=Power.Active.Import`,
        )
      ).map(({ start, count, sum }) => [start, Number(count) / 8, Number(sum) / 16]);
    expect(await of('2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z')).toEqual([
      ['2026-03-27T23:00:00.000Z', 24, 24],
      ['2026-03-28T23:00:00.000Z', 23, 23],
      ['2026-03-29T22:00:00.000Z', 24, 24],
    ]);
    expect(await of('2026-10-23T22:00:00Z', '2026-10-26T23:00:00Z')).toEqual([
      ['2026-10-23T22:00:00.000Z', 24, 24],
      ['2026-10-24T22:00:00.000Z', 25, 25],
      ['2026-10-25T23:00:00.000Z', 24, 24],
    ]);
  });

  it.each(['series', 'connector', 'chargePoint', 'site', 'none'])(
    'gives the same on every depth of paging by %s, as CSV and NDJSON, while rows are added',
    async (groupBy) => {
      const query = `${power}&interval=15m&groupBy=${groupBy}`;
      const whole = await items(query);
      for (const limit of [1, 2, 5]) {
        const paged: Item[] = [];
        for (let cursor: string | null = ''; cursor !== null;) {
          const { body } = await api.get(
            `/v1/aggregates?${query}&limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`,
          );
          paged.push(...(body['items'] as Item[]));
          cursor = body['nextCursor'] as string | null;
        }
        expect(paged).toEqual(whole);
      }
      const ask = async (accept: string) =>
        (await fetch(`${api.url}/v1/aggregates?${query}`, { headers: { accept } })).text();
      const lines = (await ask('application/x-ndjson')).trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(whole);
      const csv = (await ask('text/csv')).trimEnd().split('\r\n');
      expect(csv[0]).toBe(Object.keys(whole[0] ?? {}).join(','));
      expect(csv).toHaveLength(whole.length + 1);
    },
  );

  it('gives every bucket that was there all the time once, whatever is added meanwhile', async () => {
    for (let index = 0; index < 30; index++) {
      const seriesId = await seed.series({ chargePointId: `P${String(index).padStart(2, '0')}`, ...POWER });
      await rollups.buckets(
        seriesId,
        ['06:00', '07:00', '08:15'].map((time) => ({ bucket: at(time), values: [index] })),
        0,
      );
    }
    const found: string[] = [];
    let page = 0;
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await api.get(
        `/v1/aggregates?${power}&limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      found.push(
        ...(body['items'] as Item[]).map(
          ({ chargePointId, start }) => `${String(chargePointId)} ${String(start)}`,
        ),
      );
      cursor = body['nextCursor'] as string | null;
      const added = await seed.series({ chargePointId: `P${String(page++).padStart(2, '0')}x`, ...POWER });
      await rollups.buckets(added, [{ bucket: at('06:00'), values: [0] }], 0);
    }
    const kept = found.filter((place) => /^P\d\d /.test(place));
    expect(kept).toHaveLength(90);
    expect(new Set(kept).size).toBe(90);
  });

  it('refuses what is too costly, says what to ask instead, and exports it all the same', async () => {
    const query = 'from=2026-03-01&to=2026-11-01&chargePointId=DST&measurand=Power.Active.Import';
    const { status, body } = await api.get(`/v1/aggregates?${query}&interval=15m`);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      type: 'urn:meterpulse:problem:too-costly',
      detail: expect.stringMatching(/intervals of 15m, at most 20000 .*coarser interval.*NDJSON/) as string,
    });
    const response = await fetch(`${api.url}/v1/aggregates?${query}&interval=15m`, {
      headers: { accept: 'text/csv' },
    });
    expect((await response.text()).trimEnd().split('\r\n')).toHaveLength(10 * 96 + 1);
    await client.query(
      `with cps as (insert into charge_points (id, site) select 'M' || i, 'many' from generate_series(1, 1000) i returning id)
       insert into series (charge_point_id, measurand, unit) select id, 'Power.Active.Import', 'W' from cps`,
    );
    const many = 'from=2026-03-01&to=2026-11-01&measurand=Power.Active.Import&site=many&interval=1h';
    const refused = await api.get(`/v1/aggregates?${many}&groupBy=site`);
    expect(refused.status).toBe(422);
    expect(refused.body['detail']).toMatch(/rows of 1000 series.*groupBy=chargePoint/);
    expect((await api.get(`/v1/aggregates?${many}&groupBy=chargePoint`)).status).toBe(200);
    expect(
      (await api.get(`/v1/aggregates?${many}&groupBy=site&interval=1mo`.replace('&interval=1h', ''))).status,
    ).toBe(200);
  });

  it.each([
    [days, 'measurand', 'required, unless groupBy is series'],
    [`${days}&chargePointId=A&groupBy=connector`, 'measurand', 'required, unless groupBy is series'],
    [`${power}&groupBy=transaction`, 'groupBy', 'expected one of series'],
    ['measurand=SoC&from=2026-03-10T00:00:00.001Z&to=2026-03-11', 'from', 'edge of 15 minutes'],
    [`${power}&cursor=${Buffer.from('["energy","none",0]').toString('base64url')}`, 'cursor', 'not a cursor'],
  ])('refuses %s, naming %s', async (query, parameter, message) => {
    const { status, body } = await api.get(`/v1/aggregates?${query}`);
    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([
      { parameter, message: expect.stringContaining(message) as string },
    ]);
  });
});
