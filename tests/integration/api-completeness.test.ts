import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chargePointGaps, completenessPage } from '../../routes/response/completeness.js';
import type { Access } from '../../server/access/access.js';
import { keepBooks } from '../../store/accounting/books.js';
import { dayOf } from '../../store/partitions.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { principalOf } from '../harness/principal-of.js';
import { runRollups } from '../harness/run-rollups.js';
import { Feeder, message, openStore, reading, reject, type Store } from './store-harness.js';
import { start, stop } from './session-harness.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = Date.UTC(2026, 0, 15);
const RANGE = 'from=2026-01-15&to=2026-01-16';
const at = (ms: number): string => new Date(ms).toISOString();

/** `Bearer north`: who may see that site; without one: all. */
const access: Access = {
  identify: ({ headers }) => {
    const [, site] = /^Bearer (.*)$/.exec(String(headers['authorization'])) ?? [];
    return Promise.resolve(principalOf({ sites: site === undefined ? null : [site] }));
  },
};

describe('/v1/completeness', () => {
  let store: Store;
  let api: RunningApi;
  beforeAll(async () => {
    store = await openStore();
    const feeder = await Feeder.claim(store.sink());
    let offset = 0;
    const clock = (ms: number, chargePointId: string, lateMs = 0) =>
      message(
        offset++,
        [reading({ chargePointId, timestampMs: ms, context: 'Sample.Clock', value: offset })],
        {
          receivedAt: ms + lateMs,
        },
      );
    const quarters = Array.from({ length: 96 }, (_, quarter) => DAY + quarter * 15 * MINUTE);
    const periodic = (ms: number) =>
      message(
        offset++,
        [reading({ chargePointId: 'SESSION', timestampMs: ms, transactionId: '1', value: offset })],
        { receivedAt: ms },
      );
    const session = { chargePointId: 'SESSION', receivedAt: DAY };
    await feeder.store([
      // Two hours of its day are missing, and four samples came late.
      ...quarters
        .filter((ms) => ms < DAY + 8 * HOUR || ms >= DAY + 10 * HOUR)
        .map((ms) => clock(ms, 'CLOCK', ms < DAY + HOUR ? 16 * MINUTE : 0)),
      ...quarters.map((ms) => clock(ms, 'WHOLE')),
      message(offset++, [], {
        chargePointId: 'WHOLE',
        receivedAt: DAY,
        rejects: [reject(), reject({ path: '/b' })],
      }),
      // Charges from 6 to 8, and sends each minute until half past 7.
      message(offset++, [], {
        ...session,
        session: start({ transactionId: '1', connectorId: 1, startedAtMs: DAY + 6 * HOUR, meterStartWh: 0 }),
      }),
      ...Array.from({ length: 90 }, (_, minute) => periodic(DAY + 6 * HOUR + (minute + 1) * MINUTE)),
      message(offset++, [], {
        ...session,
        session: stop({ transactionId: '1', endedAtMs: DAY + 8 * HOUR, meterStopWh: 100 }),
      }),
    ]);
    await store.pool.query(
      `update charge_points set site = case id when 'CLOCK' then 'north' else 'south' end`,
    );
    await runRollups(store.pool);
    await keepBooks(store.pool, {
      today: dayOf(DAY),
      fullMs: 1,
      signal: new AbortController().signal,
      onChecked: () => undefined,
    });
    api = await startApi({ databaseUrl: store.url, access });
  });
  afterAll(async () => {
    await api.stop();
    await store.close();
  });

  const items = async (query = '', site?: string): Promise<Record<string, unknown>[]> => {
    const headers = site === undefined ? {} : { authorization: `Bearer ${site}` };
    const { status, body } = await api.get(`/v1/completeness?${RANGE}${query}`, { headers });
    expect(status).toBe(200);
    return completenessPage.parse(body).items;
  };

  it('tells expected, present, missing, late and rejected of each charge point', async () => {
    expect(await items()).toEqual([
      {
        ...{ chargePointId: 'CLOCK', site: 'north', series: 1, expected: 96, present: 88, missing: 8 },
        ...{ late: 4, rejected: 0, completeness: 0.9166 },
      },
      {
        ...{ chargePointId: 'SESSION', site: 'south', series: 1, expected: 119, present: 90, missing: 29 },
        ...{ late: 0, rejected: 0, completeness: 0.7563 },
      },
      {
        ...{ chargePointId: 'WHOLE', site: 'south', series: 1, expected: 96, present: 96, missing: 0 },
        ...{ late: 0, rejected: 2, completeness: 1 },
      },
    ]);
  });

  it('gives rows of one’s own sites alone, by charge point, by site, and page by page', async () => {
    const ids = async (query: string, site?: string) =>
      (await items(query, site)).map(({ chargePointId }) => chargePointId);
    expect(await ids('', 'north')).toEqual(['CLOCK']);
    expect(await ids('&chargePointId=WHOLE', 'north')).toEqual([]);
    expect(await ids('&site=south&limit=1')).toEqual(['SESSION']);
    const { body } = await api.get(`/v1/completeness?${RANGE}&limit=2`);
    expect(await ids(`&limit=2&cursor=${body['nextCursor'] as string}`)).toEqual(['WHOLE']);
    const other = await api.get(`/v1/charge-points/WHOLE/completeness?${RANGE}`, {
      headers: { authorization: 'Bearer north' },
    });
    expect(other.status).toBe(404);
  });

  it('answers as CSV, and 304 to who has the page', async () => {
    const csv = await fetch(`${api.url}/v1/completeness?${RANGE}&site=north`, {
      headers: { accept: 'text/csv' },
    });
    expect(await csv.text()).toBe(
      'chargePointId,site,series,expected,present,missing,late,rejected,completeness\r\nCLOCK,north,1,96,88,8,4,0,0.9166\r\n',
    );
    const first = await api.get(`/v1/completeness?${RANGE}`);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    const again = await fetch(`${api.url}/v1/completeness?${RANGE}`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  it('tells the gaps of the series of a charge point, during sessions where samples come in these', async () => {
    const gaps = async (id: string) => {
      const { status, body } = await api.get(`/v1/charge-points/${id}/completeness?${RANGE}`);
      expect(status).toBe(200);
      return chargePointGaps.parse(body).series;
    };
    expect(await gaps('CLOCK')).toMatchObject([
      {
        ...{ connectorId: 1, cadenceSeconds: 900, cadenceSource: 'inferred', always: true },
        gaps: [{ from: at(DAY + 7.75 * HOUR), to: at(DAY + 10 * HOUR), missing: 8 }],
      },
    ]);
    expect(await gaps('SESSION')).toMatchObject([
      {
        ...{ cadenceSeconds: 60, always: false },
        gaps: [{ from: at(DAY + 7.5 * HOUR), to: at(DAY + 8 * HOUR), missing: 30 }],
      },
    ]);
    expect((await gaps('WHOLE'))[0]).toMatchObject({ missing: 0, gaps: [] });
    const { body } = await api.get(`/v1/charge-points/WHOLE/completeness?${RANGE}`);
    expect(body['rejected']).toBe(2);
  });

  it('heeds what the registry says of a measurand, before what it says of all', async () => {
    await store.pool.query(
      `insert into cadences (charge_point_id, measurand, seconds, always) values
         ('WHOLE', '', 60, false), ('WHOLE', 'Energy.Active.Import.Register', 450, true)`,
    );
    const { body } = await api.get(`/v1/charge-points/WHOLE/completeness?${RANGE}`);
    expect(chargePointGaps.parse(body).series).toMatchObject([
      {
        cadenceSeconds: 450,
        cadenceSource: 'registry',
        always: true,
        expected: 192,
        present: 96,
        missing: 96,
      },
    ]);
    await store.pool.query('delete from cadences');
  });

  it('expects nothing of what is retired, nor before the first sample', async () => {
    await store.pool.query(`update charge_points set status = 'retired' where id = 'CLOCK'`);
    expect((await items('&chargePointId=CLOCK'))[0]).toMatchObject({ expected: 88, missing: 0 });
    await store.pool.query(`update charge_points set status = 'active' where id = 'CLOCK'`);
    const { body } = await api.get('/v1/completeness?from=2026-01-13&to=2026-01-14');
    expect(completenessPage.parse(body).items).toMatchObject([
      { expected: 0, completeness: null },
      { expected: 0, completeness: null },
      { expected: 0, completeness: null },
    ]);
  });

  it('keeps expecting what fell silent as a whole', async () => {
    const { body } = await api.get('/v1/completeness?from=2026-01-20&to=2026-01-21&chargePointId=WHOLE');
    expect(completenessPage.parse(body).items).toMatchObject([{ expected: 96, present: 0, missing: 96 }]);
  });

  it('refuses more than 31 days of gaps', async () => {
    const { status, body } = await api.get(
      '/v1/charge-points/WHOLE/completeness?from=2026-01-01&to=2026-02-02',
    );
    expect(status).toBe(400);
    expect(body['errors']).toEqual([{ parameter: 'to', message: 'expected at most 31 days' }]);
  });
});
