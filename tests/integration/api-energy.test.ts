import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { energyPage } from '../../routes/response/energy.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { QUARTER_MS, SeedRollups } from '../harness/seed-rollups.js';
import { Seed } from '../harness/seed.js';

type Item = Record<string, unknown>;

const REGISTER = 'Energy.Active.Import.Register';

/** `wh` in every quarter of an hour of a range. */
function steady(from: string, to: string, wh: number) {
  const buckets = [];
  for (let ms = Date.parse(from); ms < Date.parse(to); ms += QUARTER_MS) {
    buckets.push({ bucket: new Date(ms).toISOString(), measuredWh: wh, estimatedWh: 0, suspectWh: 0 });
  }
  return buckets;
}

describe('/v1/energy', () => {
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
    const bucket = '2026-03-10T06:00:00.000Z';
    const series = (chargePointId: string, connectorId: number, more = {}) =>
      seed.series({ chargePointId, connectorId, ...more });
    // A: two connectors, and a main meter that measures the same.
    await rollups.buckets(await series('A', 1), [
      { bucket, measuredWh: 100, estimatedWh: 20, suspectWh: 3 },
      { bucket: '2026-03-10T07:15:00.000Z', measuredWh: 50, estimatedWh: 0, suspectWh: 0 },
      { bucket: '2026-03-11T00:00:00.000Z', measuredWh: 7, estimatedWh: 0, suspectWh: 0 },
    ]);
    await rollups.buckets(await series('A', 2), [
      { bucket, measuredWh: 1_000, estimatedWh: 0, suspectWh: 0 },
    ]);
    await rollups.buckets(
      await series('A', 0),
      [{ bucket, measuredWh: 1_120, estimatedWh: 0, suspectWh: 0 }],
      1,
    );
    await rollups.buckets(
      await series('A', 1, { location: 'Inlet' }),
      [{ bucket, measuredWh: 9_999, estimatedWh: 0, suspectWh: 0 }],
      0,
    );
    await rollups.buckets(await series('A', 1, { measurand: 'Energy.Active.Export.Register' }), [
      { bucket, measuredWh: 5, estimatedWh: 0, suspectWh: 0 },
    ]);
    // B: three phases.
    for (const phase of ['L1', 'L2', 'L3']) {
      await rollups.buckets(await series('B', 1, { phase }), [
        { bucket, measuredWh: 10, estimatedWh: 1, suspectWh: 0 },
      ]);
    }
    await rollups.buckets(await series('C', 1, { measurand: 'Energy.Active.Import.Interval' }), [
      { bucket: '2026-03-10T23:45:00.000Z', measuredWh: 0.1, estimatedWh: 0.2, suspectWh: 0 },
    ]);
    await rollups.buckets(
      await series('C', 1, { measurand: 'SoC', unit: 'Percent' }),
      [{ bucket, values: [50] }],
      0,
    );
    api = await startApi({ databaseUrl: database.url });
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  async function items(query: string): Promise<Item[]> {
    const { status, body } = await api.get(`/v1/energy?${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(energyPage.parse(body)).toEqual(body);
    expect(body['nextCursor']).toBeNull();
    return body['items'] as Item[];
  }

  const days = 'from=2026-03-10&to=2026-03-12';
  const start = '2026-03-10T00:00:00.000Z';
  const end = '2026-03-12T00:00:00.000Z';
  const figures = (measuredWh: number, estimatedWh = 0, suspectWh = 0) => ({
    energyWh: Math.round((measuredWh + estimatedWh) * 1_000) / 1_000,
    measuredWh,
    estimatedWh,
    suspectWh,
  });

  it('is by charge point for the whole range unless told', async () => {
    expect(await items(days)).toEqual([
      { start, end, chargePointId: 'A', ...figures(1_157, 20, 3) },
      { start, end, chargePointId: 'B', ...figures(30, 3) },
      { start, end, chargePointId: 'C', ...figures(0.1, 0.2) },
    ]);
  });

  it('is by connector, site or of everything', async () => {
    const place = (chargePointId: string, connectorId: number) => ({ chargePointId, evseId: 0, connectorId });
    expect(await items(`${days}&groupBy=connector`)).toEqual([
      { start, end, ...place('A', 1), ...figures(157, 20, 3) },
      { start, end, ...place('A', 2), ...figures(1_000) },
      { start, end, ...place('B', 1), ...figures(30, 3) },
      { start, end, ...place('C', 1), ...figures(0.1, 0.2) },
    ]);
    expect(await items(`${days}&groupBy=site`)).toEqual([
      { start, end, site: 'north', ...figures(1_187, 23, 3) },
      { start, end, site: 'south', ...figures(0.1, 0.2) },
    ]);
    expect(await items(`${days}&groupBy=none`)).toEqual([{ start, end, ...figures(1_187.1, 23.2, 3) }]);
  });

  it('counts what others measure too at its own place, when that is asked for', async () => {
    expect(await items(`${days}&connectorId=0`)).toEqual([
      { start, end, chargePointId: 'A', ...figures(1_120) },
    ]);
    expect(await items(`${days}&connectorId=2`)).toEqual([
      { start, end, chargePointId: 'A', ...figures(1_000) },
    ]);
  });

  it('is of what is exported by the measurand', async () => {
    const exported = [{ start, end, chargePointId: 'A', ...figures(5) }];
    expect(await items(`${days}&measurand=Energy.Active.Export.Register`)).toEqual(exported);
    expect(await items(`${days}&measurand=Energy.Active.Export.Interval`)).toEqual(exported);
  });

  it('is of charge points and sites that are asked for', async () => {
    const of = async (query: string) =>
      (await items(`${days}&${query}`)).map((item) => item['chargePointId']);
    expect(await of('chargePointId=C&chargePointId=A&chargePointId=nobody')).toEqual(['A', 'C']);
    expect(await of('site=south')).toEqual(['C']);
    expect(await of('site=south&chargePointId=A')).toEqual([]);
  });

  it('is by interval, without those that have no readings', async () => {
    const of = async (interval: string) =>
      (await items(`${days}&interval=${interval}&chargePointId=A&groupBy=none`)).map((item) => [
        String(item['start']).slice(8, 16),
        String(item['end']).slice(8, 16),
        item['energyWh'],
      ]);
    expect(await of('15m')).toEqual([
      ['10T06:00', '10T06:15', 1_120],
      ['10T07:15', '10T07:30', 50],
      ['11T00:00', '11T00:15', 7],
    ]);
    expect(await of('1h')).toEqual([
      ['10T06:00', '10T07:00', 1_120],
      ['10T07:00', '10T08:00', 50],
      ['11T00:00', '11T01:00', 7],
    ]);
    expect(await of('1d')).toEqual([
      ['10T00:00', '11T00:00', 1_170],
      ['11T00:00', '12T00:00', 7],
    ]);
    expect(await of('1mo')).toEqual([['10T00:00', '12T00:00', 1_177]]);
  });

  it('covers only what was asked at the edges', async () => {
    expect(
      await items('from=2026-03-10T06:15:00Z&to=2026-03-11T00:15:00Z&interval=1d&chargePointId=A'),
    ).toEqual([
      {
        start: '2026-03-10T06:15:00.000Z',
        end: '2026-03-11T00:00:00.000Z',
        chargePointId: 'A',
        ...figures(50),
      },
      {
        start: '2026-03-11T00:00:00.000Z',
        end: '2026-03-11T00:15:00.000Z',
        chargePointId: 'A',
        ...figures(7),
      },
    ]);
  });

  it('answers ranges without end by what is stored', async () => {
    const ever = 'from=0001-01-01&to=9999-12-31';
    expect(await items(`${ever}&groupBy=none`)).toEqual([
      {
        start: '0001-01-01T00:00:00.000Z',
        end: '9999-12-31T00:00:00.000Z',
        ...figures(1_187.1, 23.2, 3),
      },
    ]);
    expect(await items(`${ever}&groupBy=none&interval=15m`)).toHaveLength(4);
    expect(await items('from=0001-01-01&to=2000-01-01&interval=15m')).toEqual([]);
  });

  describe('over a year of changing clocks', () => {
    const cases = [
      ['UTC', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
      ['Europe/Berlin', '2025-12-31T23:00:00Z', '2026-12-31T23:00:00Z'],
      ['Asia/Kolkata', '2025-12-31T18:30:00Z', '2026-12-31T18:30:00Z'],
      ['Asia/Kathmandu', '2025-12-31T18:15:00Z', '2026-12-31T18:15:00Z'],
      ['Australia/Lord_Howe', '2025-12-31T13:00:00Z', '2026-12-31T13:00:00Z'],
    ] as const;

    beforeAll(async () => {
      const seriesId = await seed.series({ chargePointId: 'Y', measurand: REGISTER });
      // 1 kWh an hour, in eighths that floating point adds up exactly.
      await rollups.buckets(seriesId, steady('2025-12-31T00:00Z', '2027-01-02T00:00Z', 250));
    });

    async function all(query: string): Promise<Item[]> {
      const found: Item[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { status, body } = await api.get(
          `/v1/energy?chargePointId=Y&limit=1000&${query}${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        expect(status, JSON.stringify(body)).toBe(200);
        found.push(...(body['items'] as Item[]));
        cursor = body['nextCursor'] as string | null;
      }
      return found;
    }

    const hoursOf = ({ start: from, end: to }: Item) =>
      (Date.parse(String(to)) - Date.parse(String(from))) / 3_600_000;

    it.each(cases)('the intervals of %s add up to the range', async (timezone, from, to) => {
      const whole = await all(`from=${from}&to=${to}`);
      expect(whole).toHaveLength(1);
      for (const interval of ['1h', '1d', '1mo']) {
        const parts = await all(`from=${from}&to=${to}&interval=${interval}&timezone=${timezone}`);
        expect(parts.reduce((sum, { energyWh }) => sum + Number(energyWh), 0)).toBe(whole[0]?.['energyWh']);
        expect(parts.every((part) => part['energyWh'] === hoursOf(part) * 1_000)).toBe(true);
        expect(parts[0]).toMatchObject({ start: new Date(from).toISOString() });
        expect(parts.at(-1)).toMatchObject({ end: new Date(to).toISOString() });
        expect(parts.every(({ start: at }, index) => index === 0 || at === parts[index - 1]?.['end'])).toBe(
          true,
        );
        if (interval === '1d') expect(parts).toHaveLength(365);
        if (interval === '1mo') expect(parts).toHaveLength(12);
      }
    });

    it('has days of 23 and 25 hours in Berlin', async () => {
      const of = async (from: string, to: string) =>
        (await all(`from=${from}&to=${to}&interval=1d&timezone=Europe/Berlin`)).map(
          ({ energyWh }) => energyWh,
        );
      expect(await of('2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z')).toEqual([24_000, 23_000, 24_000]);
      expect(await of('2026-10-23T22:00:00Z', '2026-10-26T23:00:00Z')).toEqual([24_000, 25_000, 24_000]);
    });

    it('has the same rows on every depth of paging, as CSV and as NDJSON', async () => {
      const query = 'from=2026-03-27T23:00:00Z&to=2026-03-30T22:00:00Z&interval=1h&timezone=Europe/Berlin';
      const whole = await all(query);
      expect(whole).toHaveLength(71);
      for (const limit of [1, 7, 70, 71]) {
        const paged: Item[] = [];
        for (let cursor: string | null = ''; cursor !== null;) {
          const { body } = await api.get(
            `/v1/energy?chargePointId=Y&${query}&limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`,
          );
          paged.push(...(body['items'] as Item[]));
          cursor = body['nextCursor'] as string | null;
        }
        expect(paged).toEqual(whole);
      }
      const ask = async (accept: string) =>
        (await fetch(`${api.url}/v1/energy?chargePointId=Y&${query}`, { headers: { accept } })).text();
      const lines = (await ask('application/x-ndjson')).trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(whole);
      const csv = (await ask('text/csv')).trimEnd().split('\r\n');
      expect(csv[0]).toBe('start,end,chargePointId,energyWh,measuredWh,estimatedWh,suspectWh');
      expect(csv[1]).toBe('2026-03-27T23:00:00.000Z,2026-03-28T00:00:00.000Z,Y,1000,1000,0,0');
      expect(csv).toHaveLength(72);
    });

    it('exports what JSON refuses for its number of intervals', async () => {
      const query = 'chargePointId=Y&from=2026-01-01&to=2027-01-01&interval=15m';
      const { status, body } = await api.get(`/v1/energy?${query}`);
      expect(status).toBe(422);
      expect(body).toMatchObject({
        type: 'urn:meterpulse:problem:too-costly',
        detail: expect.stringMatching(/intervals of 15m, at most 20000 .*coarser interval.*NDJSON/) as string,
      });
      const response = await fetch(`${api.url}/v1/energy?${query}`, { headers: { accept: 'text/csv' } });
      expect((await response.text()).trimEnd().split('\r\n')).toHaveLength(365 * 96 + 1);
    });
  });

  it('refuses to add up too many rows at once, and says what to ask', async () => {
    await client.query(
      `with cps as (insert into charge_points (id, site) select 'M' || i, 'many' from generate_series(1, 1000) i returning id)
       insert into series (charge_point_id, connector_id, measurand, unit)
       select id, c, $1, 'Wh' from cps, generate_series(1, 2) c`,
      [REGISTER],
    );
    const query = 'from=2026-01-01&to=2027-01-01&interval=1h&site=many';
    const { status, body } = await api.get(`/v1/energy?${query}&groupBy=site`);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      type: 'urn:meterpulse:problem:too-costly',
      detail: expect.stringMatching(
        /17520000 rows of 2000 series.*coarser interval.*groupBy=chargePoint/,
      ) as string,
    });
    expect((await api.get(`/v1/energy?${query}&groupBy=chargePoint`)).status).toBe(200);
    expect((await api.get(`/v1/energy?${query.replace('1h', '1mo')}&groupBy=none`)).status).toBe(200);
  });

  it.each([
    ['to=2026-03-12', 'from', 'expected'],
    ['from=2026-03-10', 'to', 'expected'],
    ['from=2026-03-10T00:00:01Z&to=2026-03-12', 'from', 'edge of 15 minutes'],
    ['from=2026-03-10&to=2026-03-12T00:14:00Z', 'to', 'edge of 15 minutes'],
    ['from=0000-01-01&to=2026-03-12', 'from', 'year from 1 to 9999'],
    [`${days}&interval=2h`, 'interval', 'expected one of 15m, 1h, 1d, 1mo'],
    [`${days}&timezone=Mars/Olympus`, 'timezone', 'time zone database'],
    [`${days}&timezone=%2B02:00`, 'timezone', 'time zone database'],
    [`${days}&measurand=SoC`, 'measurand', 'expected one of Energy.Active.Import.Register'],
    [`${days}&groupBy=phase`, 'groupBy', 'expected one of connector'],
    [`${days}&groupBy=transaction&interval=1d`, 'interval', 'leave interval out'],
    ['from=2026-03-12&to=2026-03-10', 'from', 'before to'],
    [
      `${days}&cursor=${Buffer.from('["energy","site","x",0]').toString('base64url')}`,
      'cursor',
      'another groupBy',
    ],
  ])('refuses %s, naming %s', async (query, parameter, message) => {
    const { status, body } = await api.get(`/v1/energy?${query}`);
    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([
      { parameter, message: expect.stringContaining(message) as string },
    ]);
  });
});
