import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';
import { RoleProcess } from './system/role-process.js';

const SERIES = 10;
const READINGS_A_SERIES = 20_000;
const READINGS = SERIES * READINGS_A_SERIES;
const START = Date.parse('2026-03-01T00:00:00Z');
const STEP_MS = 10_000;
const QUARTER_MS = 900_000;
const BUCKETS = 2_000;
const SESSIONS = 150_000;
const HEAP_MB = 50;

/** Rows are read page by page and written as fast as the client takes them: memory must not grow with their number. */
describe(`an API with a heap of ${HEAP_MB} MB`, () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RoleProcess;
  let url: string;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await seedReadings();
    await seedRollups();
    api = new RoleProcess(['api'], {
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
      DATABASE_URL: database.url,
      API_PORT: '0',
      LIVE_PORT: '0',
      ADMIN_PORT: '0',
    });
    url = `http://127.0.0.1:${await api.port(/^REST API on/)}`;
  });

  afterAll(async () => {
    await api.dispose();
    await client.end();
    await database.drop();
  });

  async function seedReadings(): Promise<void> {
    const seed = new Seed(client);
    const end = START + (READINGS_A_SERIES - 1) * STEP_MS;
    for (let ms = START; ms <= end; ms += 86_400_000) await seed.day(new Date(ms).toISOString().slice(0, 10));
    for (let connectorId = 1; connectorId <= SERIES; connectorId++) {
      const seriesId = await seed.series({ chargePointId: 'CP-1', connectorId });
      await seed.readings([
        { seriesId, timestamp: new Date(end).toISOString(), value: READINGS_A_SERIES - 1 },
      ]);
    }
    await client.query(
      `insert into readings (series_id, ts, context, value, received_at, batch_id)
       select s.id, $1::timestamptz + i * $2::int * interval '1 millisecond', 1, i, now(), 1
       from series s, generate_series(0, $3::int - 2) i`,
      [new Date(START).toISOString(), STEP_MS, READINGS_A_SERIES],
    );
    await seed.position({ first: START, last: end, stored: READINGS });
  }

  /** Buckets of a hundred charge points, and sessions of one. */
  async function seedRollups(): Promise<void> {
    await client.query(
      `insert into charge_points (id) select 'R-' || i from generate_series(1, 100) i;
       insert into series (charge_point_id, measurand, unit) select 'R-' || i, 'Power.Active.Import', 'W' from generate_series(1, 100) i`,
    );
    await client.query(
      `insert into rollup_15m (series_id, bucket, first_ts, last_ts, min_value, max_value, sum_value, first_value, last_value, count)
       select s.id, b, b, b, 1, 1, 1, 1, 1, 1 from series s, generate_series($1::timestamptz, $2::timestamptz, interval '15 minutes') b
       where s.charge_point_id like 'R-%'`,
      [new Date(START).toISOString(), new Date(START + (BUCKETS - 1) * QUARTER_MS).toISOString()],
    );
    await client.query(
      `insert into rollup_1d (series_id, bucket, first_ts, last_ts, min_value, max_value, sum_value, first_value, last_value, count)
       select series_id, date_trunc('day', bucket), min(bucket), max(bucket), 1, 1, sum(1), 1, 1, count(*) from rollup_15m
       group by series_id, date_trunc('day', bucket)`,
    );
    await client.query(
      `insert into transactions (charge_point_id, external_id, start_received_at, evse_id, connector_id, started_at)
       select 'R-1', i, now(), 0, 1, $1::timestamptz + i * interval '1 minute' from generate_series(1, $2::int) i`,
      [new Date(START).toISOString(), SESSIONS],
    );
    await new Seed(client).position({ first: START, last: START + BUCKETS * QUARTER_MS, stored: 1 });
  }

  /** Lines of an answer, which is never held as a whole here either. */
  async function countLines(path: string, accept: string): Promise<number> {
    const response = await fetch(`${url}${path}`, { headers: { accept } });
    expect(response.status).toBe(200);
    if (response.body === null) throw new Error('an answer of 200 has a body');
    let lines = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      for (const byte of chunk) if (byte === 10) lines++;
    }
    return lines;
  }

  it.each([
    ['text/csv', READINGS + 1],
    ['application/x-ndjson', READINGS],
  ])(`exports ${READINGS} readings as %s, whole`, async (type, lines) => {
    expect(await countLines('/v1/readings?chargePointId=CP-1', type)).toBe(lines);
  });

  it.each(['text/csv', 'application/x-ndjson'])('exports buckets and sessions as %s, whole', async (type) => {
    const header = type === 'text/csv' ? 1 : 0;
    const range = 'from=2026-03-01&to=2027-03-01&measurand=Power.Active.Import&interval=15m';
    expect(await countLines(`/v1/aggregates?${range}`, type)).toBe(100 * BUCKETS + header);
    expect(await countLines('/v1/transactions?chargePointId=R-1', type)).toBe(SESSIONS + header);
  });

  it('exports to several clients at once', async () => {
    const exports = [1, 2, 3].map(() => countLines('/v1/readings?chargePointId=CP-1', 'text/csv'));
    expect(await Promise.all(exports)).toEqual([READINGS + 1, READINGS + 1, READINGS + 1]);
  });

  it('gives them all on pages of 1,000', async () => {
    let cursor: string | null = '';
    let rows = 0;
    while (cursor !== null) {
      const response: Response = await fetch(
        `${url}/v1/readings?chargePointId=CP-1&limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      const page = (await response.json()) as { items: unknown[]; nextCursor: string | null };
      rows += page.items.length;
      cursor = page.nextCursor;
    }
    expect(rows).toBe(READINGS);
  });

  it('gives the deepest page of the earlier API, the document, and its page', async () => {
    for (const path of [
      '/chargers/all?limit=1000&page=10',
      '/openapi.json',
      '/docs',
      '/docs/swagger-ui-bundle.js',
    ]) {
      const response = await fetch(`${url}${path}`);
      expect({ path, status: response.status }).toEqual({ path, status: 200 });
      await response.arrayBuffer();
    }
  });

  it('is the process that it was at the beginning', async () => {
    expect(api.hasEnded, api.report()).toBe(false);
    expect(await api.stop()).toEqual({ code: 0, signal: null });
  });
});
