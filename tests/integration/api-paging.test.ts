import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed, type SeedReading } from '../harness/seed.js';

type Item = Record<string, unknown>;

const START = Date.parse('2026-03-01T00:00:00Z');
const MINUTE = 60_000;

/** Number by number. */
function byPlace(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((value, at) => value !== b[at]);
  return differs === -1 ? 0 : (a[differs] ?? 0) - (b[differs] ?? 0);
}

describe('paging while rows are inserted', () => {
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

  /** Follows nextCursor to the end; `between` runs after each page. */
  async function readAll(path: string, between: (page: number) => Promise<unknown>): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | null = null;
    for (let page = 0; page === 0 || cursor !== null; page++) {
      const next: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { status, body } = await api.get(`${path}${next}`);
      expect(status).toBe(200);
      items.push(...(body['items'] as Item[]));
      cursor = body['nextCursor'] as string | null;
      await between(page);
      expect(page).toBeLessThan(1_000);
    }
    return items;
  }

  it('gives every reading that was there once and in order, whatever comes in', async () => {
    const series = [
      await seed.series({ chargePointId: 'P', connectorId: 1 }),
      await seed.series({ chargePointId: 'P', connectorId: 2 }),
      await seed.series({ chargePointId: 'Q' }),
    ];
    // Four days, three contexts at some instants.
    const readings: SeedReading[] = series.flatMap((seriesId) =>
      Array.from({ length: 60 }, (_, at) => ({
        seriesId,
        timestamp: new Date(START + at * 96 * MINUTE).toISOString(),
        value: at,
      })).flatMap((reading, at) =>
        at % 5 === 0 ? [reading, { ...reading, context: 2 }, { ...reading, context: 7 }] : [reading],
      ),
    );
    await seed.readings(readings);

    const items = await readAll('/v1/readings?chargePointId=P&chargePointId=Q&limit=17', async (page) => {
      await seed.readings(
        series.map((seriesId) => ({
          seriesId,
          // Before, within and after what has been read.
          timestamp: new Date(START + (page % 2 === 0 ? page * 200 : -page) * MINUTE + 1).toISOString(),
          value: -1,
        })),
      );
    });

    const places = items.map((item) =>
      JSON.stringify([item['chargePointId'], item['connectorId'], item['timestamp'], item['context']]),
    );
    expect(new Set(places).size).toBe(places.length);
    expect(items.filter(({ value }) => value !== -1)).toHaveLength(readings.length);
    const order = ['P1', 'P2', 'Q1'];
    const contexts = ['Sample.Periodic', 'Sample.Clock', 'Trigger'];
    const keys = items.map((item) => [
      order.indexOf(`${String(item['chargePointId'])}${String(item['connectorId'])}`),
      Date.parse(String(item['timestamp'])),
      contexts.indexOf(String(item['context'])),
    ]);
    expect(keys).toEqual(keys.toSorted(byPlace));
  });

  it('keeps the window of the first page when newer readings come in', async () => {
    const seriesId = await seed.series({ chargePointId: 'W' });
    const at = (minute: number) => ({
      seriesId,
      timestamp: new Date(START + minute * MINUTE).toISOString(),
      value: minute,
    });
    await seed.readings([at(0), at(1), at(2)]);
    let minute = 3;
    const items = await readAll('/v1/readings?chargePointId=W&limit=1', () => seed.readings([at(minute++)]));
    expect(items.map(({ value }) => value)).toEqual([0, 1, 2]);
  });

  it('gives every charge point once', async () => {
    for (let at = 0; at < 40; at++) await seed.chargePoint(`C${at.toString().padStart(3, '0')}`);
    const items = await readAll('/v1/charge-points?limit=7', (page) => seed.chargePoint(`B${page}`));
    const ids = items.map(({ id }) => String(id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => id.startsWith('C'))).toHaveLength(40);
  });

  it('gives every quarantined part and every conflict once, newest first', async () => {
    const seriesId = await seed.series({ chargePointId: 'K' });
    const timestamp = new Date(START).toISOString();
    await seed.readings([{ seriesId, timestamp, value: 1_000 }]);
    let offset = 0;
    const part = () => seed.quarantine({ offset: offset++, reason: 'invalid_json', raw: 'x' });
    const conflict = () => seed.conflict({ seriesId, timestamp, value: offset++ });
    for (let at = 0; at < 25; at++) await part();
    for (let at = 0; at < 25; at++) await conflict();
    for (const [path, insert] of [
      ['quarantine', part],
      ['conflicts', conflict],
    ] as const) {
      const ids = (await readAll(`/v1/${path}?limit=4`, insert)).map(({ id }) => Number(id));
      expect(ids).toEqual(Array.from({ length: 25 }, (_, at) => 25 - at));
    }
  });

  it('ends with a null cursor when the last page is exactly full', async () => {
    const { body } = await api.get('/v1/readings?chargePointId=W&to=2026-03-01T00:02:00Z&limit=2');
    expect([(body['items'] as Item[]).length, body['nextCursor']]).toEqual([2, null]);
  });
});
