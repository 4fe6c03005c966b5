import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingCountPage } from '../../routes/response/finding-count.js';
import { findingPage } from '../../routes/response/finding.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';

const hour = (at: number): string => new Date(Date.UTC(2026, 2, 1, at)).toISOString();
const EVIDENCE = { seconds: 3_600, cadenceSeconds: 300, missing: 11 };

describe('/v1/findings', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const seed = new Seed(client);
    await seed.chargePoint('A', 'north');
    await seed.chargePoint('B', 'south');
    const a1 = await seed.series({ chargePointId: 'A' });
    const a2 = await seed.series({ chargePointId: 'A', connectorId: 2, measurand: 'Voltage', unit: 'V' });
    const b = await seed.series({ chargePointId: 'B' });
    // Ids 1 to 5, in another order than their times.
    await seed.finding({ seriesId: a1, rule: 'gap', from: hour(4), to: hour(5), evidence: EVIDENCE });
    await seed.finding({ seriesId: a1, rule: 'gap', from: hour(1), to: hour(2), state: 'excluded' });
    await seed.finding({ seriesId: a2, rule: 'stuck', from: hour(3), to: hour(20) });
    await seed.finding({ seriesId: b, rule: 'spike', from: hour(2), state: 'confirmed', withdrawn: true });
    await seed.finding({ seriesId: a1, rule: 'spike', from: hour(4) });
    api = await startApi({ databaseUrl: database.url });
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  it.each([
    ['', [5, 1, 3, 4, 2]],
    ['chargePointId=A', [5, 1, 3, 2]],
    ['chargePointId=B&chargePointId=A', [5, 1, 3, 4, 2]],
    ['chargePointId=nobody', []],
    ['site=south', [4]],
    ['site=south&chargePointId=A', []],
    ['site=nowhere', []],
    ['connectorId=2', [3]],
    ['measurand=Voltage', [3]],
    ['rule=gap', [1, 2]],
    ['rule=spike&chargePointId=A', [5]],
    ['state=open', [5, 1, 3]],
    ['state=excluded', [2]],
    ['state=confirmed', []],
    ['state=withdrawn', [4]],
    [`from=${hour(2)}&to=${hour(4)}`, [3, 4]],
  ])('lists by %j, what begins last first', async (query, expected) => {
    const { body } = await api.get(`/v1/findings?${query}`);
    expect(findingPage.parse(body).items.map(({ id }) => id)).toEqual(expected);
    const paged: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await api.get(`/v1/findings?${query}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      const { items, nextCursor } = findingPage.parse(page.body);
      paged.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(paged).toEqual(expected);
  });

  it('says what was found, where and when', async () => {
    const { body } = await api.get('/v1/findings?rule=gap&state=open');
    expect(findingPage.parse(body).items).toEqual([
      {
        ...{
          id: 1,
          chargePointId: 'A',
          evseId: 0,
          connectorId: 1,
          phase: '',
          location: 'Outlet',
          unit: 'Wh',
        },
        ...{ measurand: 'Energy.Active.Import.Register', rule: 'gap', state: 'open' },
        ...{ from: hour(4), to: hour(5), evidence: EVIDENCE, detectedAt: expect.any(String) as unknown },
      },
    ]);
  });

  it.each([
    ['', ['A gap 2 1', 'A spike 1 1', 'A stuck 1 1', 'B spike 1 0']],
    ['site=south', ['B spike 1 0']],
    ['rule=gap&state=open', ['A gap 1 1']],
  ])('counts by charge point and rule by %j', async (query, expected) => {
    const counts: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await api.get(
        `/v1/findings/counts?${query}&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      const { items, nextCursor } = findingCountPage.parse(page.body);
      counts.push(...items.map((each) => `${each.chargePointId} ${each.rule} ${each.count} ${each.open}`));
      cursor = nextCursor;
    }
    expect(counts).toEqual(expected);
  });

  it.each(['rule=nonsense', 'state=closed', 'rule=gap&rule=spike', `from=${hour(4)}&to=${hour(1)}`])(
    'refuses %s',
    async (query) => {
      expect((await api.get(`/v1/findings?${query}`)).status).toBe(400);
    },
  );

  it('has the same as CSV and NDJSON', async () => {
    const ask = async (accept: string): Promise<string> => {
      const response = await fetch(`${api.url}/v1/findings?chargePointId=A`, { headers: { accept } });
      return response.text();
    };
    const rows = (await ask('application/x-ndjson')).split('\n').slice(0, -1);
    expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual(
      (await api.get('/v1/findings?chargePointId=A')).body['items'],
    );
    const [header, first] = (await ask('text/csv')).split('\r\n');
    expect(header).toContain('rule,from,to,state,evidence');
    expect(first).toContain(`spike,${hour(4)},${hour(4)},open,{}`);
  });
});
