import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';

interface Message {
  readonly charge_point_id: string;
  readonly payload: {
    readonly connectorId: number;
    readonly transactionId?: number | string;
    readonly meterValue: readonly [
      { readonly timestamp: string; readonly sampledValue: readonly Record<string, string>[] },
    ];
  };
}

interface Page {
  readonly totalPages: number;
  readonly currentPage: number;
  readonly chargers: readonly Message[];
}

/** Charge point, connector, session and time of day. */
function place({ charge_point_id: id, payload }: Message): string {
  const [{ timestamp }] = payload.meterValue;
  return `${id} ${payload.connectorId} ${payload.transactionId ?? '-'} ${timestamp.slice(5, 16)}`;
}

describe('the earlier API', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;
  let seed: Seed;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    seed = new Seed(client);
    api = await startApi({ databaseUrl: database.url });
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  async function ask(path: string): Promise<Page> {
    const { status, body } = await api.get(path);
    expect(status, JSON.stringify(body)).toBe(200);
    return body as unknown as Page;
  }

  it('answers no pages before anything is stored', async () => {
    for (const path of ['/chargers/all', '/chargers/all?page=3', '/chargers/record?value=1']) {
      expect(await ask(path)).toMatchObject({ totalPages: 0, chargers: [] });
    }
  });

  describe('with readings', () => {
    beforeAll(async () => {
      const energy = await seed.series({ chargePointId: 'B' });
      const power = await seed.series({
        chargePointId: 'B',
        measurand: 'Power.Active.Import',
        phase: 'L1',
        unit: 'W',
      });
      const factor = await seed.series({ chargePointId: 'B', measurand: 'Power.Factor', unit: '' });
      const second = await seed.series({ chargePointId: 'B', connectorId: 2 });
      const other = await seed.series({ chargePointId: 'A/1', measurand: 'SoC', unit: 'Percent' });
      await seed.chargePoint('Silent');
      const numbered = await seed.transaction('B', '4711');
      const named = await seed.transaction('B', '0815');
      await seed.readings([
        { seriesId: energy, timestamp: '2026-03-02T10:00:00.250Z', value: 1_250, transactionId: numbered },
        { seriesId: power, timestamp: '2026-03-02T10:00:00.250Z', value: -7.25, transactionId: numbered },
        { seriesId: factor, timestamp: '2026-03-02T10:00:00.250Z', value: 0.99, transactionId: numbered },
        // At the same instant: another context of the same message, another session, another connector.
        {
          seriesId: energy,
          timestamp: '2026-03-02T10:00:00.250Z',
          value: 1_251,
          context: 3,
          transactionId: numbered,
        },
        {
          seriesId: energy,
          timestamp: '2026-03-02T10:00:00.250Z',
          value: 1_252,
          context: 4,
          transactionId: named,
        },
        { seriesId: energy, timestamp: '2026-03-02T10:00:00.250Z', value: 1_253, context: 2 },
        { seriesId: second, timestamp: '2026-03-02T10:00:00.250Z', value: 9 },
        { seriesId: energy, timestamp: '2026-03-01T10:00:00Z', value: 1_000 },
        { seriesId: other, timestamp: '2026-03-03T10:00:00Z', value: 80 },
      ]);
    });

    const ALL = [
      'A/1 1 - 03-03T10:00',
      'B 1 - 03-01T10:00',
      'B 1 - 03-02T10:00',
      'B 1 0815 03-02T10:00',
      'B 1 4711 03-02T10:00',
      'B 2 - 03-02T10:00',
    ];

    it('gives messages by charge point, time, connector and session', async () => {
      const page = await ask('/chargers/all');
      expect(page.chargers.map(place)).toEqual(ALL);
      expect(page).toMatchObject({ totalPages: 1, currentPage: 1 });
    });

    it('rebuilds a message as a MeterValues request of OCPP 1.6', async () => {
      const { chargers } = await ask('/chargers/all');
      expect(chargers[4]).toEqual({
        charge_point_id: 'B',
        payload: {
          connectorId: 1,
          transactionId: 4711,
          meterValue: [
            {
              timestamp: '2026-03-02T10:00:00.250Z',
              sampledValue: [
                {
                  value: '1250',
                  context: 'Sample.Periodic',
                  measurand: 'Energy.Active.Import.Register',
                  unit: 'Wh',
                  location: 'Outlet',
                },
                {
                  value: '1251',
                  context: 'Transaction.Begin',
                  measurand: 'Energy.Active.Import.Register',
                  unit: 'Wh',
                  location: 'Outlet',
                },
                {
                  value: '-7.25',
                  context: 'Sample.Periodic',
                  measurand: 'Power.Active.Import',
                  unit: 'W',
                  phase: 'L1',
                  location: 'Outlet',
                },
                { value: '0.99', context: 'Sample.Periodic', measurand: 'Power.Factor', location: 'Outlet' },
              ],
            },
          ],
        },
      });
      expect(chargers[3]?.payload.transactionId).toBe('0815');
      expect(chargers[0]?.payload).not.toHaveProperty('transactionId');
    });

    it.each([1, 2, 3, 4, 5, 6, 7])('gives each message on one page, of %s messages each', async (limit) => {
      const pages = Math.ceil(ALL.length / limit);
      const places: string[] = [];
      for (let page = 1; page <= pages; page++) {
        const answer = await ask(`/chargers/all?page=${page}&limit=${limit}`);
        expect(answer).toMatchObject({ totalPages: pages, currentPage: page });
        places.push(...answer.chargers.map(place));
      }
      expect(places).toEqual(ALL);
      expect((await ask(`/chargers/all?page=${pages + 1}&limit=${limit}`)).chargers).toEqual([]);
    });

    it.each([
      ['chargePointIds=A/1', ALL.slice(0, 1)],
      ['chargePointIds=B', ALL.slice(1)],
      ['chargePointIds=B,A%2F1,B', ALL],
      ['chargePointIds=B&chargePointIds=A/1,Silent', ALL],
      ['chargePointIds=Silent,Nobody', []],
      ['from=2026-03-02&to=2026-03-03', ALL.slice(2)],
      ['to=2026-03-02', ALL.slice(1, 2)],
      ['from=2026-03-02T10:00:00.250Z&to=2026-03-02T10:00:00.251Z', ALL.slice(2)],
      ['from=2027-01-01', []],
    ])('gives all of %s', async (filter, places) => {
      expect((await ask(`/chargers/all?${filter}`)).chargers.map(place)).toEqual(places);
    });

    const at = (...indexes: number[]): (string | undefined)[] => indexes.map((index) => ALL[index]);

    it.each([
      ['value=1250', at(4)],
      ['value=1.25&unit=kWh', at(4)],
      ['value=1250.0&unit=Wh', at(4)],
      ['value=1.25', []],
      ['value=-7.25e0&unit=W', at(4)],
      ['value=-0.00725&unit=kW&measurand=Power.Active.Import', at(4)],
      ['value=80&measurand=SoC', at(0)],
      ['unit=kWh', at(1, 2, 3, 4, 5)],
      ['measurand=Power.Factor', at(4)],
      ['context=Transaction.Begin', at(4)],
      ['context=Nothing.Known', []],
      ['measurand=Nothing', []],
      // Of one sample, not of one message.
      ['context=Transaction.Begin&measurand=Power.Active.Import', []],
      ['context=Transaction.End&measurand=Energy.Active.Import.Register', at(3)],
      ['value=9&to=2026-03-02', []],
      ['measurand=Energy.Active.Import.Register&from=2026-03-01&to=2026-03-02', at(1)],
    ])('finds the messages with %s', async (filter, places) => {
      expect((await ask(`/chargers/record?${filter}`)).chargers.map(place)).toEqual(places);
    });

    it('gives the whole of a message that one sample of was asked for', async () => {
      const { chargers } = await ask('/chargers/record?measurand=Power.Factor');
      expect(chargers[0]?.payload.meterValue[0].sampledValue).toHaveLength(4);
    });

    it('finds what lies within a week of the newest reading, unless told otherwise', async () => {
      const old = await seed.series({ chargePointId: 'Old', measurand: 'SoC', unit: 'Percent' });
      await seed.readings([{ seriesId: old, timestamp: '2026-02-20T10:00:00Z', value: 55 }]);
      expect((await ask('/chargers/record?value=55')).chargers).toEqual([]);
      expect((await ask('/chargers/record?value=55&from=2026-02-01')).chargers).toHaveLength(1);
      expect((await ask('/chargers/record?value=55&to=2026-02-21')).chargers).toHaveLength(1);
    });

    it.each([
      ['/chargers/all?page=0', 'page', 'whole number from 1'],
      ['/chargers/all?page=1.5', 'page', 'whole number from 1'],
      ['/chargers/all?page=10001', 'page', 'whole number from 1'],
      ['/chargers/all?page=101', 'page', 'GET /v1/readings, whose cursor'],
      ['/chargers/all?limit=0', 'limit', 'whole number from 1 to 1000'],
      ['/chargers/all?page=1&page=2', 'page', 'given 2 times'],
      ['/chargers/all?chargePointIds=', 'chargePointIds', '1 to 255 characters'],
      ['/chargers/all?chargePointIds=A,,B', 'chargePointIds', '1 to 255 characters'],
      ['/chargers/all?chargePointIds=A%00', 'chargePointIds', 'control characters'],
      [
        `/chargers/all?chargePointIds=${Array.from({ length: 101 }, (_, at) => at).join()}`,
        'chargePointIds',
        'more than 100',
      ],
      ['/chargers/all?chargePointId=A', 'chargePointId', 'unknown'],
      ['/chargers/all?from=2026-03-02&to=2026-03-02', 'from', 'before to'],
      ['/chargers/record', 'value', 'at least one of value, context, measurand and unit'],
      ['/chargers/record?page=1&limit=5', 'value', 'at least one'],
      ['/chargers/record?value=abc', 'value', 'decimal number'],
      ['/chargers/record?value=1,5', 'value', 'decimal number'],
      ['/chargers/record?value=NaN', 'value', 'decimal number'],
      ['/chargers/record?value=1e400', 'value', 'decimal number'],
      ['/chargers/record?value=', 'value', '1 to 50 characters'],
      ['/chargers/record?unit=%00', 'unit', 'control characters'],
    ])('%s is refused, naming %s', async (path, parameter, message) => {
      const { status, body } = await api.get(path);
      expect(status).toBe(400);
      expect(body).toMatchObject({
        type: 'urn:meterpulse:problem:invalid-parameters',
        errors: expect.arrayContaining([
          { parameter, message: expect.stringContaining(message) as string },
        ]) as unknown,
      });
    });
  });

  it('keeps pages apart while readings come in: each is of one moment', async () => {
    const seriesId = await seed.series({ chargePointId: 'Z', connectorId: 1 });
    const other = await seed.series({ chargePointId: 'Z', measurand: 'SoC', unit: 'Percent' });
    const minute = (at: number): string =>
      new Date(Date.parse('2026-03-03T00:00:00Z') + at * 60_000).toISOString();
    await seed.day('2026-03-03');
    // Both readings of a message are written in one transaction: a page has both or none.
    const writing = (async () => {
      for (let at = 0; at < 50; at++) {
        await client.query('begin');
        await seed.readings([{ seriesId, timestamp: minute(at), value: at }]);
        await seed.readings([{ seriesId: other, timestamp: minute(at), value: at }]);
        await client.query('commit');
      }
    })();
    let whole = true;
    for (let seen = 0; seen < 50;) {
      const { chargers } = await ask('/chargers/all?chargePointIds=Z&limit=1000');
      whole &&= chargers.every(({ payload }) => payload.meterValue[0].sampledValue.length === 2);
      seen = chargers.length;
    }
    await writing;
    expect(whole).toBe(true);
  });
});
