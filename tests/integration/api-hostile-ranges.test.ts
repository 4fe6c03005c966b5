import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { SeedRollups } from '../harness/seed-rollups.js';
import { Seed } from '../harness/seed.js';

const ROUTES = ['/v1/energy', '/v1/aggregates', '/v1/transactions'] as const;
const QUARTER_MS = 900_000;
const FIRST = Date.parse('1999-12-31T12:00:00Z');
const LAST = Date.parse('2030-01-01T00:00:00Z');
const TYPES = ['invalid-parameters', 'malformed-request', 'too-costly'];

const cursor = (...keys: unknown[]): string => Buffer.from(JSON.stringify(keys)).toString('base64url');
const encode = (text: string): string => encodeURIComponent(text.replace(/\p{Cs}/gu, '?'));

/** Few hostile values: a question with many is refused for the first one. */
const mostly = <T>(sane: fc.Arbitrary<T>, hostile: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 15, arbitrary: sane }, { weight: 1, arbitrary: hostile });

const time = mostly(
  fc.oneof(
    fc.integer({ min: FIRST / QUARTER_MS, max: LAST / QUARTER_MS }).map((at) => iso(at * QUARTER_MS)),
    fc.constantFrom('0001-01-01', '9999-12-31', '2026-03-29', '2026-10-25T01:00:00Z', '9999-12-31T23:45:00Z'),
  ),
  fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom('', 'now', '2026-02-30', '0000-01-01', '2026-03-10T00:00:01Z', '-271821-04-20'),
  ),
);
const id = mostly(
  fc.constantFrom('A', 'CP-1', 'CP-2', 'nobody', "'; drop table rollup_1h; --", '$1'),
  fc.constantFrom('', '\u0000', 'x'.repeat(300)),
);
const timezone = mostly(
  fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'europe/berlin',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Africa/Monrovia',
    'America/Havana',
    'Etc/GMT+12',
  ),
  fc.constantFrom('Mars/Olympus', '+02:00', '', '../../etc/passwd', "UTC'; --", 'Etc/Unknown'),
);
const text = mostly(
  fc.constantFrom('', 'a', 'L1', 'north', '\u{1f50c}', '\ud800', '%', "'", 'Energy.Active.Import.Register'),
  fc.constantFrom('\u0001', 'x'.repeat(300)),
);
const measurand = mostly(
  fc.constantFrom('Energy.Active.Import.Register', 'Energy.Active.Export.Interval'),
  fc.constantFrom('Power.Active.Import', 'SoC', '', "x' or 1=1", '\u0000'),
);
const anyTime = mostly<number | null>(
  fc.oneof(
    fc.integer({ min: FIRST, max: LAST }),
    fc.constantFrom(-62_135_596_800_000, 253_402_300_799_999, 0, -1),
  ),
  fc.constantFrom(1e18, 0.5, null),
);
const number = mostly<unknown>(
  fc.oneof(fc.nat(3), fc.constantFrom(-1, 2_147_483_647)),
  fc.constantFrom(2_147_483_648, 9_007_199_254_740_991, '1', null),
);
type Keys = readonly fc.Arbitrary<unknown>[];
const keys = (...list: Keys) => fc.tuple(...list).map((values) => values);
/** Like those that the routes give, by grouping. */
const CURSORS: Record<string, Record<string, Keys>> = {
  energy: {
    connector: [id, number, number, anyTime],
    chargePoint: [id, anyTime],
    site: [text, anyTime],
    none: [anyTime],
    transaction: [anyTime, number],
  },
  aggregates: {
    series: [id, number, number, text, text, text, text, anyTime],
    connector: [id, number, number, text, text, text, anyTime],
    chargePoint: [id, text, text, text, anyTime],
    site: [text, text, text, text, anyTime],
    none: [text, text, text, anyTime],
  },
};
const cursorOf = (kind: string) =>
  kind === 'transactions'
    ? keys(anyTime, number).map((list) => ({ groupBy: '', text: cursor(kind, ...list) }))
    : fc.oneof(
        ...Object.entries(CURSORS[kind] ?? {}).map(([groupBy, list]) =>
          keys(...list).map((values) => ({ groupBy, text: cursor(kind, groupBy, ...values) })),
        ),
      );

const parametersOf = (route: (typeof ROUTES)[number]) =>
  fc.record(
    {
      from: time,
      to: time,
      interval: mostly(fc.constantFrom('15m', '1h', '1d', '1mo'), fc.constantFrom('1s', '')),
      timezone,
      chargePointId: id,
      site: text,
      connectorId: mostly(
        fc.constantFrom('0', '1', '2147483647'),
        fc.constantFrom('2147483648', '-1', '1e9', ''),
      ),
      measurand,
      phase: text,
      groupBy: mostly(
        fc.constantFrom('connector', 'chargePoint', 'site', 'none'),
        fc.constantFrom('series', 'transaction', 'phase', ''),
      ),
      limit: mostly(fc.constantFrom('1', '2', '1000'), fc.constantFrom('1001', '0', '-1', '1.5')),
      cursor: mostly(
        cursorOf(route.slice('/v1/'.length)),
        fc.jsonValue().map((value) => ({ groupBy: '', text: cursor(route, value) })),
      ),
      status: mostly(
        fc.constantFrom('open', 'closed', 'abandoned', 'active', 'observed', 'all'),
        fc.constantFrom('', 'x'),
      ),
      transactionId: fc.oneof(id, text),
    },
    { requiredKeys: [] },
  );
const OF_SESSIONS = [
  'from',
  'to',
  'chargePointId',
  'connectorId',
  'limit',
  'cursor',
  'status',
  'transactionId',
];
const OF_SERIES = [
  'from',
  'to',
  'interval',
  'timezone',
  'chargePointId',
  'site',
  'connectorId',
  'measurand',
  'groupBy',
  'limit',
  'cursor',
];
const KNOWN: Record<(typeof ROUTES)[number], readonly string[]> = {
  '/v1/energy': OF_SERIES,
  '/v1/aggregates': [...OF_SERIES, 'phase'],
  '/v1/transactions': OF_SESSIONS,
};

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Most are questions that can be answered: only these get as far as the database. */
function queryOf(route: (typeof ROUTES)[number], asked: Record<string, unknown>): string {
  const given: Record<string, unknown> = { ...asked };
  const known = asked['cursor'] as { groupBy: string; text: string } | undefined;
  if (known !== undefined) {
    given['cursor'] = known.text;
    if (known.groupBy !== '') given['groupBy'] = known.groupBy;
    if (known.groupBy === 'transaction') delete given['interval'];
  }
  if (route !== '/v1/transactions') {
    given['from'] ??= iso(FIRST);
    given['to'] ??= iso(LAST);
    if (route === '/v1/aggregates') given['measurand'] ??= 'Power.Active.Import';
  }
  const { from, to } = given;
  if (typeof from === 'string' && typeof to === 'string' && from > to)
    Object.assign(given, { from: to, to: from });
  return Object.entries(given)
    .filter(([name]) => KNOWN[route].includes(name))
    .map(([name, value]) => `${name}=${encode(String(value))}`)
    .join('&');
}

describe('hostile ranges, groupings, zones and cursors', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const seed = new Seed(client);
    const rollups = new SeedRollups(client);
    await client.query(
      `insert into charge_points (id, site) select 'CP-' || i, case when i % 2 = 0 then 'north' else '' end from generate_series(1, 400) i;
       insert into series (charge_point_id, connector_id, measurand, unit)
       select 'CP-' || i, c, m, case m when 'Power.Active.Import' then 'W' else 'Wh' end
       from generate_series(1, 400) i, generate_series(1, 2) c, unnest('{Energy.Active.Import.Register,Power.Active.Import}'::text[]) m`,
    );
    const energy = await seed.series({ chargePointId: 'A' });
    const power = await seed.series({ chargePointId: 'A', measurand: 'Power.Active.Import', unit: 'W' });
    for (const bucket of [
      '2000-01-01T00:00:00.000Z',
      '2026-03-29T00:45:00.000Z',
      '2029-06-01T10:00:00.000Z',
    ]) {
      await rollups.buckets(energy, [{ bucket, measuredWh: 1, values: [1, 2] }]);
      await rollups.buckets(power, [{ bucket, values: [1, -2] }], 0);
      const session = await seed.session({
        chargePointId: 'A',
        id: bucket,
        connectorId: 1,
        startedAt: bucket,
      });
      await rollups.slices(energy, [{ transactionId: session, bucket, measuredWh: 1 }]);
    }
    await seed.position({
      first: Date.parse('2000-01-01'),
      last: Date.parse('2029-06-01T10:00:02Z'),
      stored: 9,
    });
    // A statement that gets past the guard fails the test by its limit.
    api = await startApi({ databaseUrl: database.url, statementTimeoutMs: 2_000 });
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  it.each(ROUTES)('no question makes %s fail, or cost more than is given at once', async (route) => {
    const counts = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(parametersOf(route), async (asked) => {
        const path = `${route}?${queryOf(route, asked)}`;
        const { status, body } = await api.get(path);
        counts.set(status, (counts.get(status) ?? 0) + 1);
        expect([200, 400, 422], `${path} ${JSON.stringify(body)}`).toContain(status);
        if (status === 200) {
          expect((body['items'] as unknown[]).length).toBeLessThanOrEqual(Number(asked.limit ?? 100));
          return;
        }
        expect(TYPES.map((type) => `urn:meterpulse:problem:${type}`)).toContain(body['type']);
        expect(JSON.stringify(body)).not.toMatch(/at .*\.[jt]s:|node_modules|syntax error|select /);
        if (status === 422) expect(body['detail']).toMatch(/ask for .*CSV or NDJSON/);
      }),
      { numRuns: 300 },
    );
    // The generator is of use only if the database was asked.
    expect(counts.get(200) ?? 0).toBeGreaterThan(20);
    if (route !== '/v1/transactions') expect(counts.get(422) ?? 0).toBeGreaterThan(3);
  });

  it.each(ROUTES)('no question makes an export of %s fail', async (route) => {
    await fc.assert(
      fc.asyncProperty(parametersOf(route), async (asked) => {
        const coarse = { ...asked, ...(asked.interval === '15m' ? { interval: '1mo' } : {}) };
        const path = `${route}?${queryOf(route, coarse)}`;
        const response = await fetch(`${api.url}${path}`, {
          headers: { accept: 'application/x-ndjson' },
        });
        expect([200, 400], path).toContain(response.status);
        // A broken connection would reject.
        await response.text();
      }),
      {
        numRuns: 100,
        // A thousand connectors, of which one has anything in 29 years of hours.
        examples: [[{ from: '0001-01-01', to: '2030-01-01', interval: '1h', groupBy: 'connector' }]],
      },
    );
  });

  it.each([
    ['/v1/energy', 'energyWh'],
    ['/v1/aggregates', 'count'],
  ])('pages of %s add up to the export, whatever the grouping, interval and zone', async (route, figure) => {
    const question = fc.record({
      groupBy: fc.constantFrom('connector', 'chargePoint', 'site', 'none'),
      interval: fc.constantFrom('1d', '1mo'),
      timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe'),
      limit: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(question, async ({ limit, ...asked }) => {
        const measured = route === '/v1/energy' ? 'Energy.Active.Import.Register' : 'Power.Active.Import';
        const range = { from: '2026-01-01', to: '2029-06-02', chargePointId: 'A', measurand: measured };
        const query = new URLSearchParams({ ...range, ...asked }).toString();
        const paged: Record<string, unknown>[] = [];
        for (let next: string | null = ''; next !== null;) {
          const { status, body } = await api.get(
            `${route}?${query}&limit=${limit}${next === '' ? '' : `&cursor=${next}`}`,
          );
          expect(status).toBe(200);
          paged.push(...(body['items'] as Record<string, unknown>[]));
          next = body['nextCursor'] as string | null;
        }
        const response = await fetch(`${api.url}${route}?${query}`, {
          headers: { accept: 'application/x-ndjson' },
        });
        const lines = (await response.text()).trimEnd().split('\n');
        expect(paged).toEqual(lines.map((line) => JSON.parse(line) as unknown));
        expect(paged.reduce((sum, item) => sum + Number(item[figure]), 0)).toBe(
          route === '/v1/energy' ? 2 : 4,
        );
      }),
      { numRuns: 20 },
    );
  });
});
