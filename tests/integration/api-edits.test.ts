import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { edit } from '../../routes/response/edit.js';
import { rebuild } from '../../server/rollups/rebuild.js';
import { raise } from '../../store/retention/horizons.js';
import { startApi, type ApiAnswer, type RunningApi } from '../harness/api.js';
import { runRollups } from '../harness/run-rollups.js';
import { Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';

const MINUTE_MS = 60_000;
const at = (minutes: number): string => new Date(T0 + minutes * MINUTE_MS).toISOString();

describe('edits', () => {
  let store: Store;
  let feeder: Feeder;
  let api: RunningApi;
  let chargePoints = 0;
  let chargePointId = '';

  beforeAll(async () => {
    store = await openStore();
    feeder = await Feeder.claim(store.sink());
    api = await startApi({ databaseUrl: store.url });
  });
  afterAll(async () => {
    await api.stop();
    await store.close();
  });

  /** A register, each 10 minutes 1 kWh more, with a spike at 30 minutes. */
  beforeEach(async () => {
    chargePointId = `CP-${++chargePoints}`;
    await stored([1_000, 2_000, 3_000, 9_000_000, 5_000, 6_000].map((value, index) => [10 * index, value]));
  });

  async function stored(values: readonly (readonly [minutes: number, value: number])[]): Promise<void> {
    await feeder.store(
      values.map(([minutes, value], index) =>
        message(
          feeder.position + index,
          [reading({ chargePointId, timestampMs: T0 + minutes * MINUTE_MS, value })],
          { chargePointId },
        ),
      ),
    );
    await runRollups(store.pool);
  }

  const post = (path: string, body: object): Promise<ApiAnswer> =>
    api.get(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  const series = () => ({ chargePointId, connectorId: 1, reason: 'The meter says so' });

  async function made(body: object): Promise<number> {
    const { status, body: answer } = await post('/v1/edits', { ...series(), ...body });
    expect(status).toBe(201);
    await runRollups(store.pool);
    return edit.parse(answer).id;
  }

  async function energy(): Promise<{ measured: number; estimated: number; suspect: number }> {
    const { rows } = await store.pool.query<{ measured: number; estimated: number; suspect: number }>(
      `select sum(measured_wh) as measured, sum(estimated_wh) as estimated, sum(suspect_wh) as suspect
       from rollup_1d r join series s on s.id = r.series_id where s.charge_point_id = $1`,
      [chargePointId],
    );
    const [sum] = rows;
    if (sum === undefined) throw new Error('no row');
    const { measured, estimated, suspect } = sum;
    return {
      measured: Math.round(measured),
      estimated: Math.round(estimated),
      suspect: Math.round(suspect),
    };
  }

  /** Every row of every aggregate of the charge point, as text. */
  async function aggregates(): Promise<string> {
    const tables = ['rollup_15m', 'rollup_1h', 'rollup_1d', 'register_evidence', 'register_semantics'];
    const found: unknown[] = [];
    for (const table of tables) {
      const { rows } = await store.pool.query<{ row: string }>(
        `select r::text as row from ${table} r join series s on s.id = r.series_id
         where s.charge_point_id = $1 order by 1`,
        [chargePointId],
      );
      found.push(rows);
    }
    return JSON.stringify(found);
  }

  it('are followed by the aggregates, and undone to the bit', async () => {
    const before = await aggregates();
    expect(await energy()).toEqual({ measured: 5_000, estimated: 0, suspect: 8_995_000 });
    const id = await made({ action: 'replace', from: at(30), value: 4_500 });
    expect(await energy()).toEqual({ measured: 3_000, estimated: 2_000, suspect: 0 });
    const estimates = async () =>
      (await api.get(`/v1/estimates?chargePointId=${chargePointId}`)).body['items'];
    const linear = { method: 'linear', version: 1, unit: 'Wh' };
    expect(await estimates()).toMatchObject([
      { from: at(30), to: at(40), fromValue: 4_500, toValue: 5_000, energy: 500, ...linear },
      { from: at(20), to: at(30), fromValue: 3_000, toValue: 4_500, energy: 1_500, ...linear },
    ]);
    const page = await api.get(`/v1/estimates?chargePointId=${chargePointId}&limit=1`);
    const next = await api.get(
      `/v1/estimates?chargePointId=${chargePointId}&cursor=${String(page.body['nextCursor'])}`,
    );
    expect(next.body['items']).toMatchObject([{ from: at(20) }]);
    const { status, body } = await post(`/v1/edits/${id}/undo`, { reason: 'It was another one' });
    expect({ status, undoneReason: edit.parse(body).undoneReason }).toEqual({
      status: 200,
      undoneReason: 'It was another one',
    });
    await runRollups(store.pool);
    expect(await aggregates()).toBe(before);
    expect(await estimates()).toEqual([]);
  });

  it('exclude what is wrong, confirm what only looks so, and insert what is missing', async () => {
    await made({ action: 'exclude', from: at(30) });
    expect(await energy()).toEqual({ measured: 5_000, estimated: 0, suspect: 0 });
    await made({ action: 'insert', from: at(45), value: 5_500 });
    expect(await energy()).toEqual({ measured: 4_000, estimated: 1_000, suspect: 0 });
    await stored([[51, 900_000]]);
    expect((await energy()).suspect).toBe(894_000);
    await made({ action: 'confirm', from: at(51) });
    expect(await energy()).toEqual({ measured: 898_000, estimated: 1_000, suspect: 0 });
  });

  it('are heeded by what checks the aggregates, which mends what was not computed by them', async () => {
    await made({ action: 'insert', from: at(600), value: 7_000 });
    const check = (isOnly: boolean) =>
      rebuild({
        pool: store.pool,
        fromMs: -Infinity,
        toMs: Infinity,
        chargePointIds: [chargePointId],
        check: isOnly,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
    expect(await check(true)).toMatchObject({ differences: 0 });
    const right = await aggregates();
    for (const table of ['rollup_15m', 'rollup_1h', 'rollup_1d']) {
      await store.pool.query(`delete from ${table} where bucket >= $1`, [at(60)]);
    }
    expect((await check(false)).differences).toBeGreaterThan(0);
    expect(await aggregates()).toBe(right);
  });

  it('that are sent again are made once, also after another that was undone, and are told once to the audit', async () => {
    const body = { ...series(), action: 'replace', from: at(30), value: 4_500 };
    const first = await post('/v1/edits', body);
    const again = await post('/v1/edits', body);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    expect(first.headers.get('location')).toBe(`/v1/edits/${edit.parse(first.body).id}`);
    const id = edit.parse(first.body).id;
    for (const reason of ['Wrong', 'Again']) {
      expect((await post(`/v1/edits/${id}/undo`, { reason })).body).toMatchObject({ undoneReason: 'Wrong' });
    }
    const { rows } = await store.pool.query(
      `select action, outcome, detail ->> 'action' as what from audit where subject = $1 order by id`,
      [chargePointId],
    );
    expect(rows).toEqual([
      { action: 'edit.make', outcome: 'done', what: 'replace' },
      { action: 'edit.undo', outcome: 'done', what: null },
    ]);
    const { rows: details } = await store.pool.query<{ detail: string }>(
      'select detail::text as detail from audit where subject = $1',
      [chargePointId],
    );
    for (const { detail } of details) expect(detail).not.toContain('meter says');
    expect((await post('/v1/edits', body)).status).toBe(201);
  });

  it('come back when the same is wanted again after another one took its place', async () => {
    const [one, other] = [
      { action: 'replace', from: at(30), value: 4_500 },
      { action: 'exclude', from: at(20), to: at(40) },
    ];
    const first = await made(one);
    await made(other);
    expect((await energy()).estimated).toBe(0);
    expect(await made(one)).toBeGreaterThan(first);
    expect((await energy()).estimated).toBeGreaterThan(0);
  });

  it('say what became of a finding, by its id or by its time, and what becomes of it when they are undone', async () => {
    const { rows } = await store.pool.query<{ id: number }>(
      `insert into findings (series_id, rule, from_ts, to_ts, evidence)
       select id, 'spike by hand', $2, $2, '{}' from series where charge_point_id = $1 returning id`,
      [chargePointId, at(30)],
    );
    const findingId = rows[0]?.id ?? 0;
    const state = async () => {
      const { rows: found } = await store.pool.query<{ state: string }>(
        'select state from findings where id = $1',
        [findingId],
      );
      return found[0]?.state;
    };
    const answer = await post('/v1/edits', { findingId, action: 'confirm', reason: 'It is right' });
    expect(answer.body).toMatchObject({ chargePointId, findingId, from: at(30), to: null });
    expect(await state()).toBe('confirmed');
    const byTime = await post('/v1/edits', { ...series(), action: 'exclude', from: at(25), to: at(35) });
    expect(byTime.status).toBe(201);
    expect(await state()).toBe('excluded');
    await post(`/v1/edits/${edit.parse(byTime.body).id}/undo`, { reason: 'No' });
    expect(await state()).toBe('confirmed');
    await post(`/v1/edits/${edit.parse(answer.body).id}/undo`, { reason: 'No' });
    expect(await state()).toBe('open');
  });

  it.each<[string, object, number, string]>([
    ['of a time without a reading', { action: 'exclude', from: at(31) }, 422, 'from'],
    ['of the future', { action: 'confirm', from: '2999-01-01T00:00:00Z' }, 422, 'from'],
    ['that insert where something was read', { action: 'insert', from: at(30), value: 1 }, 422, 'from'],
    ['of a series that is not there', { action: 'confirm', from: at(30), phase: 'L9' }, 422, 'chargePointId'],
    [
      'of a session that is not there',
      { action: 'insert', from: at(31), value: 1, transactionId: 'none' },
      422,
      'transactionId',
    ],
    ['without a value', { action: 'replace', from: at(30) }, 400, 'value'],
    ['with a value too many', { action: 'exclude', from: at(30), value: 1 }, 400, 'value'],
    ['of a value over a span', { action: 'replace', from: at(30), to: at(40), value: 1 }, 400, 'to'],
    ['of more than a year', { action: 'exclude', from: '2020-01-01', to: '2026-01-01' }, 400, 'to'],
    ['that go backwards', { action: 'exclude', from: at(30), to: at(20) }, 400, 'from'],
    ['of a value without end', { action: 'replace', from: at(30), value: 1e300 }, 400, 'value'],
    ['without a reason', { action: 'exclude', from: at(30), reason: '  ' }, 400, 'reason'],
    [
      'with control characters in the reason',
      { action: 'exclude', from: at(30), reason: 'a\u0000b' },
      400,
      'reason',
    ],
    ['of a finding and a series', { action: 'exclude', from: at(30), findingId: 1 }, 400, 'findingId'],
  ])('%s are refused, and change nothing', async (_, body, status, parameter) => {
    const answer = await post('/v1/edits', { ...series(), ...body });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ errors: [{ parameter }] });
    const { rows } = await store.pool.query(
      'select from edits e join series s on s.id = e.series_id where s.charge_point_id = $1',
      [chargePointId],
    );
    expect(rows).toEqual([]);
  });

  it('of several series that fit are refused, with what tells them apart', async () => {
    await feeder.store([
      message(feeder.position, [reading({ chargePointId, timestampMs: T0, value: 5, location: 'Inlet' })], {
        chargePointId,
      }),
    ]);
    const { status, body } = await post('/v1/edits', { ...series(), action: 'exclude', from: at(0) });
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toMatch(/location Inlet.*location Outlet/);
    await made({ action: 'exclude', from: at(0), location: 'Inlet' });
  });

  it('are neither made nor undone where aggregates stay as they are, since no figure would follow', async () => {
    const id = await made({ action: 'exclude', from: at(30) });
    const before = await aggregates();
    await raise(store.pool, 'raw', T0 + 86_400_000);
    try {
      const insert = await post('/v1/edits', { ...series(), action: 'insert', from: at(31), value: 3_100 });
      expect(insert).toMatchObject({ status: 422, body: { errors: [{ parameter: 'from' }] } });
      const undo = await post(`/v1/edits/${id}/undo`, { reason: 'No' });
      expect(undo).toMatchObject({ status: 422, body: { errors: [{ parameter: 'id' }] } });
      await runRollups(store.pool);
      expect(await aggregates()).toBe(before);
    } finally {
      await store.pool.query('update retention_horizons set before = default');
    }
  });

  it('are listed with those made last first, by what is asked for', async () => {
    const first = await made({ action: 'exclude', from: at(30) });
    const second = await made({ action: 'confirm', from: at(0), to: at(20) });
    await post(`/v1/edits/${first}/undo`, { reason: 'No' });
    const ids = async (query: string): Promise<number[]> => {
      const { body } = await api.get(`/v1/edits?chargePointId=${chargePointId}${query}`);
      return (body['items'] as { id: number }[]).map(({ id }) => id);
    };
    expect(await ids('')).toEqual([second, first]);
    expect(await ids('&state=holding')).toEqual([second]);
    expect(await ids('&state=undone')).toEqual([first]);
    expect(await ids('&action=exclude')).toEqual([first]);
    expect(await ids(`&from=${at(20)}`)).toEqual([first]);
    expect(await ids(`&to=${at(30)}`)).toEqual([second]);
    const page = await api.get(`/v1/edits?chargePointId=${chargePointId}&limit=1`);
    expect(await ids(`&cursor=${String(page.body['nextCursor'])}`)).toEqual([first]);
  });
});
