import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conflictCountPage } from '../../routes/response/conflict-count.js';
import { conflictPage } from '../../routes/response/conflict.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';

const hour = (at: number): string => new Date(Date.UTC(2026, 2, 1, at)).toISOString();
const ENERGY = 'Energy.Active.Import.Register';
const SAMPLE_CLOCK = 2;

describe('/v1/conflicts', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const seed = new Seed(client);
    const a1 = await seed.series({ chargePointId: 'A' });
    const a2 = await seed.series({ chargePointId: 'A', connectorId: 2, measurand: 'SoC', unit: 'Percent' });
    const b = await seed.series({ chargePointId: 'B' });
    await seed.readings([
      { seriesId: a1, timestamp: hour(1), value: 100 },
      { seriesId: a1, timestamp: hour(1), value: 100, context: SAMPLE_CLOCK },
      { seriesId: a1, timestamp: hour(4), value: 100 },
      { seriesId: a2, timestamp: hour(3), value: 50 },
      { seriesId: b, timestamp: hour(2), value: 100 },
    ]);
    // Ids 1 to 6, in another order than their times.
    await seed.conflict({ seriesId: a1, timestamp: hour(4), value: 1 });
    await seed.conflict({ seriesId: a1, timestamp: hour(1), value: 2 });
    await seed.conflict({ seriesId: a2, timestamp: hour(3), value: 3 });
    await seed.conflict({ seriesId: b, timestamp: hour(2), value: 4 });
    await seed.conflict({ seriesId: a1, timestamp: hour(1), value: 5, context: SAMPLE_CLOCK });
    await seed.conflict({ seriesId: a1, timestamp: hour(1), value: 6 });
    api = await startApi({ databaseUrl: database.url });
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  it.each([
    ['', [1, 3, 4, 6, 5, 2]],
    ['chargePointId=A', [1, 3, 6, 5, 2]],
    ['chargePointId=B&chargePointId=A', [1, 3, 4, 6, 5, 2]],
    ['chargePointId=nobody', []],
    ['connectorId=2', [3]],
    ['measurand=SoC', [3]],
    [`measurand=${ENERGY}&chargePointId=A`, [1, 6, 5, 2]],
    ['context=Sample.Clock', [5]],
    ['context=Never.Heard', []],
    [`from=${hour(2)}&to=${hour(4)}`, [3, 4]],
    [`chargePointId=A&to=${hour(3)}&context=Sample.Periodic`, [6, 2]],
  ])('lists what lost by %j, the newest reading first', async (query, expected) => {
    const { body } = await api.get(`/v1/conflicts?${query}`);
    expect(conflictPage.parse(body).items.map(({ id }) => id)).toEqual(expected);
    const paged: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await api.get(`/v1/conflicts?${query}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      const { items, nextCursor } = conflictPage.parse(page.body);
      paged.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(paged).toEqual(expected);
  });

  it.each([
    [
      '',
      [
        ['A', ENERGY, 4, hour(1), hour(4)],
        ['A', 'SoC', 1, hour(3), hour(3)],
        ['B', ENERGY, 1, hour(2), hour(2)],
      ],
    ],
    ['measurand=SoC', [['A', 'SoC', 1, hour(3), hour(3)]]],
    [`chargePointId=A&to=${hour(2)}`, [['A', ENERGY, 3, hour(1), hour(1)]]],
    ['connectorId=7', []],
  ])('counts what lost by %j', async (query, expected) => {
    const counted: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await api.get(
        `/v1/conflicts/counts?${query}&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      const { items, nextCursor } = conflictCountPage.parse(body);
      counted.push(...items.map((item) => Object.values(item)));
      cursor = nextCursor;
    }
    expect(counted).toEqual(expected);
  });

  it('has the same conflicts as CSV and NDJSON, each side in columns of its own', async () => {
    const ask = async (path: string, accept: string) =>
      (await fetch(`${api.url}${path}`, { headers: { accept } })).text();
    const rows = (await ask('/v1/conflicts', 'application/x-ndjson')).split('\n').slice(0, -1);
    expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual(
      (await api.get('/v1/conflicts')).body['items'],
    );
    const [header, first] = (await ask('/v1/conflicts', 'text/csv')).split('\r\n');
    expect(header).toBe(
      'id,chargePointId,evseId,connectorId,measurand,phase,location,unit,context,timestamp,standing.value,standing.transactionId,standing.quality,standing.receivedAt,losing.value,losing.transactionId,losing.quality,losing.receivedAt',
    );
    expect(first).toMatch(
      new RegExp(`^1,A,0,1,${ENERGY},,Outlet,Wh,Sample.Periodic,${hour(4)},100,,,[^,]+Z,1,,,[^,]+Z$`),
    );
    expect(await ask('/v1/conflicts/counts?measurand=SoC', 'text/csv')).toBe(
      `chargePointId,measurand,count,oldestTimestamp,newestTimestamp\r\nA,SoC,1,${hour(3)},${hour(3)}\r\n`,
    );
  });
});
