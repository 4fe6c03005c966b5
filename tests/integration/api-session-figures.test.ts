import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { energyPage } from '../../routes/response/energy.js';
import { transactionPage } from '../../routes/response/transaction.js';
import { countingSeries } from '../../server/rollups/energy/counting-series.js';
import { readSessionFigures, sessionFiguresStatement } from '../../store/read/session-figures.js';
import { WALK_SESSIONS } from '../../store/read/transactions.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { SeedRollups } from '../harness/seed-rollups.js';
import { Seed, type SeedSeries } from '../harness/seed.js';

const HOUR_MS = 3_600_000;
const hour = (at: number): string => new Date(Date.UTC(2026, 2, 1, at)).toISOString();
const POWER = { measurand: 'Power.Active.Import', unit: 'W' };

type Item = Record<string, unknown>;

describe('the figures of charging sessions', () => {
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
    api = await startApi({ databaseUrl: database.url });
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  /** What the rollups say of a session's readings. */
  async function read(id: number, of: { first?: string; last?: string; ended?: boolean }): Promise<void> {
    await client.query(
      'update transactions set first_reading_at = $2, last_reading_at = $3, end_was_read = $4 where id = $1',
      [id, of.first ?? null, of.last ?? of.first ?? null, of.ended ?? false],
    );
  }

  async function items(query: string): Promise<Item[]> {
    const { status, body } = await api.get(`/v1/transactions?${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(transactionPage.parse(body)).toEqual(body);
    return body['items'] as Item[];
  }

  it('are those of the series that counts at the connector, and of its power', async () => {
    const session = await seed.session({
      chargePointId: 'A',
      id: '1',
      connectorId: 1,
      startedAt: hour(1),
      endedAt: hour(3),
    });
    const slice = async (
      series: Omit<SeedSeries, 'chargePointId'>,
      measuredWh: number,
      maxPowerW?: number,
    ) => {
      const id = await seed.series({ chargePointId: 'A', ...series });
      const more = maxPowerW === undefined ? {} : { maxPowerW };
      await rollups.slices(id, [
        { transactionId: session, bucket: hour(1), measuredWh, estimatedWh: 1, suspectWh: 2, ...more },
        { transactionId: session, bucket: hour(2), measuredWh, estimatedWh: 0.5, suspectWh: 0 },
      ]);
    };
    await slice({}, 100, 7_000);
    await slice({ location: 'Inlet' }, 5_000);
    await slice({ phase: 'L1' }, 6_000);
    await slice({ measurand: 'Energy.Active.Import.Interval' }, 7_000);
    await slice({ measurand: 'Energy.Active.Export.Register' }, 3);
    await slice({ connectorId: 0 }, 8_000);
    await slice({ connectorId: 2 }, 9_000);
    expect(await items('chargePointId=A')).toMatchObject([
      { energyWh: 201.5, measuredWh: 200, estimatedWh: 1.5, suspectWh: 2, maxPowerW: 7_000, connectorId: 1 },
    ]);
    const power = await seed.series({ chargePointId: 'A', ...POWER });
    await rollups.slices(power, [{ transactionId: session, bucket: hour(1), maxPowerW: 6_900.5 }]);
    const phase = await seed.series({ chargePointId: 'A', ...POWER, phase: 'L1' });
    await rollups.slices(phase, [{ transactionId: session, bucket: hour(1), maxPowerW: 99_000 }]);
    expect(await items('transactionId=1')).toMatchObject([{ maxPowerW: 6_900.5 }]);
    const energy = async (query: string) => {
      const { body } = await api.get(`/v1/energy?from=2026-03-01&to=2026-03-02&groupBy=transaction&${query}`);
      expect(energyPage.parse(body)).toEqual(body);
      return body['items'];
    };
    const whole = {
      start: hour(1),
      end: hour(3),
      transactionId: '1',
      chargePointId: 'A',
      evseId: 0,
      connectorId: 1,
    };
    expect(await energy('')).toEqual([
      { ...whole, energyWh: 201.5, measuredWh: 200, estimatedWh: 1.5, suspectWh: 2 },
    ]);
    expect(await energy('measurand=Energy.Active.Export.Register')).toEqual([
      { ...whole, energyWh: 7.5, measuredWh: 6, estimatedWh: 1.5, suspectWh: 2 },
    ]);
    expect(await energy('connectorId=2')).toEqual([]);
    expect(await energy('site=elsewhere')).toEqual([]);
  });

  it('come from readings alone where nobody told of the session', async () => {
    const connector = await seed.series({ chargePointId: 'R', connectorId: 3 });
    const main = await seed.series({ chargePointId: 'R', connectorId: 0 });
    const session = await seed.transaction('R', 'only-read');
    await seed.transaction('R', 'only-a-name');
    const buckets = [hour(4), hour(5)].map((bucket) => ({ transactionId: session, bucket, measuredWh: 50 }));
    await rollups.slices(
      main,
      buckets.map((each) => ({ ...each, measuredWh: 999 })),
    );
    await rollups.slices(connector, buckets);
    await read(session, { first: hour(4), last: hour(6), ended: true });
    const found = {
      id: 'only-read',
      status: 'observed',
      state: 'closed',
      source: 'readings',
      evseId: 0,
      connectorId: 3,
      startedAt: null,
      endedAt: null,
      start: hour(4),
      end: hour(6),
      durationSeconds: 7_200,
      energyWh: 100,
    };
    for (const query of ['', 'connectorId=3', 'status=closed', `from=${hour(4)}&to=${hour(5)}`]) {
      expect(await items(`chargePointId=R&${query}`), query).toMatchObject([found]);
    }
    for (const query of ['connectorId=0', 'status=open', `from=${hour(5)}`]) {
      expect(await items(`chargePointId=R&${query}`), query).toEqual([]);
    }
    expect((await items('chargePointId=R&status=all')).map(({ id }) => id)).toEqual([
      'only-read',
      'only-a-name',
    ]);
  });

  it('tell open sessions from abandoned and closed ones', async () => {
    const ago = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();
    const started = async (id: string, at: string, of: Parameters<typeof read>[1], heard = at) => {
      const session = await seed.session({ chargePointId: 'S', id, connectorId: 1, startedAt: at });
      await client.query('update transactions set start_received_at = $2 where id = $1', [session, heard]);
      await read(session, of);
    };
    await started('just begun', ago(1), {});
    await started('long, and still heard of', ago(90), { first: ago(90), last: ago(23) });
    await started('its start came late', ago(80), {}, ago(2));
    await started('silent', ago(70), { first: ago(70), last: ago(25) });
    await started('its end was read', ago(60), { first: ago(60), last: ago(59), ended: true });
    await read(await seed.transaction('S', 'read of late'), { first: ago(50), last: ago(1) });
    await read(await seed.transaction('S', 'read long ago'), { first: ago(40) });
    const ids = async (status: string) =>
      (await items(`chargePointId=S&status=${status}`)).map(({ id, state }) => {
        expect(state).toBe(status);
        return id;
      });
    expect(await ids('open')).toEqual([
      'just begun',
      'read of late',
      'its start came late',
      'long, and still heard of',
    ]);
    expect(await ids('abandoned')).toEqual(['read long ago', 'silent']);
    expect(await ids('closed')).toEqual(['its end was read']);
    expect(await items('chargePointId=S&transactionId=silent')).toMatchObject([
      { end: null, durationSeconds: null },
    ]);
  });

  it('are on every depth of paging by what no index knows, also when pages hold less than asked', async () => {
    await client.query(
      `insert into charge_points (id) values ('N');
       insert into transactions (charge_point_id, external_id, start_received_at, connector_id, evse_id, started_at, stop_received_at, ended_at)
       select 'N', i, now(), 1, 0, timestamptz '2025-01-01' + i * interval '1 minute',
         case when i % 7000 <> 5 then now() end, case when i % 7000 <> 5 then now() end
       from generate_series(0, 45000) i`,
    );
    const all = 'chargePointId=N&status=abandoned';
    await client.query(`update transactions set start_received_at = started_at where charge_point_id = 'N'`);
    const seen: unknown[] = [];
    let pages = 0;
    for (let cursor: string | null = ''; cursor !== null; pages++) {
      const { body } = await api.get(
        `/v1/transactions?${all}&limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...(body['items'] as Item[]).map(({ id }) => id));
      cursor = body['nextCursor'] as string | null;
    }
    expect(seen).toEqual(['42005', '35005', '28005', '21005', '14005', '7005', '5']);
    expect(pages).toBeGreaterThan(2);
    const far = 'chargePointId=N&connectorId=2';
    const { body } = await api.get(`/v1/transactions?${far}`);
    // It looked at no more than a page may, and says where to go on.
    expect([(body['items'] as Item[]).length, typeof body['nextCursor']]).toEqual([0, 'string']);
    const csv = await fetch(`${api.url}/v1/transactions?${all}`, { headers: { accept: 'text/csv' } });
    expect((await csv.text()).trimEnd().split('\r\n')).toHaveLength(8);
  });

  it('gives sessions that were there all the time once, while others begin, are read and end', async () => {
    for (let index = 0; index < 20; index++) {
      await seed.session({ chargePointId: 'W', id: `kept-${index}`, connectorId: 1, startedAt: hour(index) });
    }
    const seen: unknown[] = [];
    let page = 0;
    for (let cursor: string | null = ''; cursor !== null; page++) {
      const { body } = await api.get(
        `/v1/transactions?chargePointId=W&limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...(body['items'] as Item[]).map(({ id }) => id));
      cursor = body['nextCursor'] as string | null;
      await seed.session({
        chargePointId: 'W',
        id: `new-${page}`,
        connectorId: 1,
        startedAt: hour(30 + page),
      });
      await seed.session({ chargePointId: 'W', id: `late-${page}`, connectorId: 1, startedAt: hour(page) });
      await client.query(
        `update transactions set stop_received_at = now(), ended_at = now(), last_reading_at = now()
         where charge_point_id = 'W' and external_id = $1`,
        [`kept-${page}`],
      );
    }
    const kept = seen.filter((id) => String(id).startsWith('kept-'));
    expect(kept).toEqual(Array.from({ length: 20 }, (_, index) => `kept-${19 - index}`));
  });

  it('count the series that the rollups would count', async () => {
    const place = {
      measurand: fc.constantFrom(
        'Energy.Active.Import.Register',
        'Energy.Active.Import.Interval',
        'Energy.Active.Export.Register',
        'Energy.Reactive.Import.Register',
      ),
      phase: fc.constantFrom('', 'L1', 'L2', 'L3', 'L1-N', 'L3-N', 'L1-L2', 'N'),
      location: fc.constantFrom('Outlet', 'Inlet', 'Cable', 'EV', 'Body', 'Upstream', 'Up', 'roof'),
      unit: fc.constantFrom('Wh', 'varh'),
    };
    const worlds = fc.uniqueArray(fc.record(place), {
      minLength: 1,
      maxLength: 8,
      selector: (each) => JSON.stringify(each),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(worlds, async (series) => {
        const chargePointId = `F${run++}`;
        const session = await seed.session({ chargePointId, id: '1', connectorId: 1, startedAt: hour(1) });
        const known = [];
        for (const [index, each] of series.entries()) {
          const seriesId = await seed.series({ chargePointId, ...each });
          await rollups.slices(seriesId, [
            { transactionId: session, bucket: hour(1), measuredWh: 2 ** index },
          ]);
          known.push({ ...each, seriesId, evseId: 0, connectorId: 1 });
        }
        const counted = countingSeries(known);
        const expected = known.reduce((sum, { seriesId, measurand }, index) => {
          const counts = (counted.get(seriesId) ?? 0) > 0 && measurand.startsWith('Energy.Active.Import');
          return sum + (counts ? 2 ** index : 0);
        }, 0);
        const query = <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
          client.query<Row>(text, [...values]).then(({ rows }) => rows);
        // Ids are texts to a plain client.
        const figures = [...(await readSessionFigures(query, [session], 'import')).values()][0];
        expect(figures?.energy?.measuredWh ?? 0).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('are read by index, whatever is known of the tables', async () => {
    await client.query(
      `insert into transaction_slices (series_id, bucket, transaction_id, measured_wh, is_ended)
       select (select max(id) from series), timestamptz '2026-01-01' + i * interval '15 minutes', 1000000 + i / 40, 1, false
       from generate_series(0, 40000) i`,
    );
    await client.query(`begin; ${WALK_SESSIONS}`);
    const { text, values } = sessionFiguresStatement(
      Array.from({ length: 101 }, (_, at) => at + 1),
      'import',
    );
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    await client.query('rollback');
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('transaction_slices_by_transaction');
    expect(plan).not.toMatch(/Seq Scan|Bitmap/);
  });
});
