import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transactionsQuery } from '../../routes/query/transactions-query.js';
import { transactionPage } from '../../routes/response/transaction.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';

/** What the rollups alone can tell. */
const nothingRead = {
  energyWh: null,
  measuredWh: null,
  estimatedWh: null,
  suspectWh: null,
  maxPowerW: null,
};

const hour = (at: number): string => new Date(Date.UTC(2026, 2, 1, at)).toISOString();

describe('/v1/transactions', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const seed = new Seed(client);
    // Stored in another order than they happened.
    await seed.session({
      chargePointId: 'A',
      id: 'ended-2',
      connectorId: 2,
      idTag: 'tag',
      startedAt: hour(2),
      meterStartWh: 1_000,
      endedAt: hour(3),
      meterStopWh: 3_500.5,
      reason: 'Local',
    });
    await seed.session({
      chargePointId: 'B',
      id: 'active-9',
      connectorId: 1,
      startedAt: hour(9),
      meterStartWh: 5,
    });
    await seed.session({
      chargePointId: 'A',
      id: 'ended-1',
      connectorId: 1,
      startedAt: hour(1),
      endedAt: hour(8),
      meterStopWh: 7,
    });
    await seed.session({
      chargePointId: 'A',
      id: 'unmatched-5',
      endedAt: hour(5),
      meterStopWh: 9,
      reason: 'Remote',
    });
    await seed.transaction('A', 'observed-a');
    await seed.session({ chargePointId: 'B', id: 'unmatched-never', stopped: true });
    await seed.transaction('B', 'observed-b');
    await seed.session({ chargePointId: 'A', id: 'timeless', started: true, connectorId: 1 });
    api = await startApi({ databaseUrl: database.url });
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  async function ids(query: string): Promise<string[]> {
    const { status, body } = await api.get(`/v1/transactions?${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return transactionPage.parse(body).items.map(({ id }) => id);
  }

  it('tells all there is to a session', async () => {
    const { body } = await api.get('/v1/transactions?chargePointId=A&connectorId=2');
    expect(body).toEqual({
      items: [
        {
          id: 'ended-2',
          chargePointId: 'A',
          evseId: 0,
          connectorId: 2,
          status: 'ended',
          idTag: 'tag',
          startedAt: hour(2),
          meterStartWh: 1_000,
          endedAt: hour(3),
          meterStopWh: 3_500.5,
          reason: 'Local',
          ...nothingRead,
          state: 'closed',
          source: 'session',
          start: hour(2),
          end: hour(3),
          durationSeconds: 3_600,
        },
      ],
      nextCursor: null,
    });
  });

  it('says null to what was not told', async () => {
    const { body } = await api.get('/v1/transactions?status=unmatched&limit=1');
    expect(body['items']).toEqual([
      {
        id: 'unmatched-5',
        chargePointId: 'A',
        evseId: null,
        connectorId: null,
        status: 'unmatched',
        idTag: null,
        startedAt: null,
        meterStartWh: null,
        endedAt: hour(5),
        meterStopWh: 9,
        reason: 'Remote',
        ...nothingRead,
        state: 'closed',
        source: 'session',
        start: null,
        end: hour(5),
        durationSeconds: null,
      },
    ]);
  });

  it.each([
    ['', ['active-9', 'unmatched-5', 'ended-2', 'ended-1', 'timeless', 'unmatched-never']],
    [
      'status=all',
      [
        'active-9',
        'unmatched-5',
        'ended-2',
        'ended-1',
        'timeless',
        'observed-b',
        'unmatched-never',
        'observed-a',
      ],
    ],
    ['status=observed', ['observed-b', 'observed-a']],
    ['status=active', ['active-9', 'timeless']],
    ['status=ended', ['ended-2', 'ended-1']],
    ['chargePointId=A', ['unmatched-5', 'ended-2', 'ended-1', 'timeless']],
    ['chargePointId=B&chargePointId=A&status=all&limit=2', ['active-9', 'unmatched-5']],
    ['chargePointId=nobody', []],
    ['status=closed', ['unmatched-5', 'ended-2', 'ended-1', 'unmatched-never']],
    ['status=closed&chargePointId=B', ['unmatched-never']],
    ['transactionId=ended-1', ['ended-1']],
    ['transactionId=ended-1&chargePointId=A&chargePointId=B', ['ended-1']],
    ['transactionId=ended-1&chargePointId=B', []],
    ['transactionId=observed-a&status=all', ['observed-a']],
    [`transactionId=ended-1&from=${hour(2)}`, []],
    ['connectorId=1', ['active-9', 'ended-1', 'timeless']],
    [`from=${hour(2)}`, ['active-9', 'ended-2']],
    [`to=${hour(2)}`, ['ended-1']],
    [`from=${hour(1)}&to=${hour(9)}&chargePointId=A`, ['ended-2', 'ended-1']],
    [`from=0000-01-01&to=9999-12-31T23:59:59-23:59`, ['active-9', 'ended-2', 'ended-1']],
  ])('lists by %j, the newest first', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  it.each(['', 'status=all', 'chargePointId=A&chargePointId=B&status=all', `from=${hour(0)}`])(
    'gives every session once, page by page, by %j',
    async (query) => {
      const whole = await ids(query);
      for (const limit of [1, 2, 3]) {
        const seen: string[] = [];
        for (let cursor: string | null = ''; cursor !== null;) {
          const { body } = await api.get(
            `/v1/transactions?${query}&limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`,
          );
          const { items, nextCursor } = transactionPage.parse(body);
          seen.push(...items.map(({ id }) => id));
          cursor = nextCursor;
        }
        expect(seen).toEqual(whole);
      }
    },
  );

  it('has the same sessions as CSV and NDJSON', async () => {
    const ask = async (accept: string) =>
      (await fetch(`${api.url}/v1/transactions?status=all`, { headers: { accept } })).text();
    const rows = (await ask('application/x-ndjson')).split('\n').slice(0, -1);
    expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual(
      (await api.get('/v1/transactions?status=all')).body['items'],
    );
    const csv = (await ask('text/csv')).split('\r\n');
    expect(csv[0]).toBe(
      'id,chargePointId,evseId,connectorId,status,idTag,startedAt,meterStartWh,endedAt,meterStopWh,reason,energyWh,measuredWh,estimatedWh,suspectWh,maxPowerW,state,source,start,end,durationSeconds',
    );
    expect(csv[3]).toBe(
      `ended-2,A,0,2,ended,tag,${hour(2)},1000,${hour(3)},3500.5,Local,,,,,,closed,session,${hour(2)},${hour(3)},3600`,
    );
    expect(csv).toHaveLength(10);
  });

  it.each([
    [
      'status=over',
      'status',
      'expected one of open, closed, abandoned, active, ended, unmatched, observed, all',
    ],
    ['transactionId=', 'transactionId', 'expected a text of 1 to 255'],
    ['status=active&status=ended', 'status', 'given 2 times'],
    [`from=${hour(2)}&to=${hour(2)}`, 'from', 'before to'],
    ['site=north', 'site', `known are ${Object.keys(transactionsQuery.shape).join(', ')}`],
    [`cursor=${Buffer.from('["transactions",1]').toString('base64url')}`, 'cursor', 'not a cursor'],
    [`cursor=${Buffer.from('["transactions",1e300,1]').toString('base64url')}`, 'cursor', 'not a cursor'],
  ])('refuses %s', async (query, parameter, message) => {
    const { status, body } = await api.get(`/v1/transactions?${query}`);
    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([
      { parameter, message: expect.stringContaining(message) as string },
    ]);
  });
});
