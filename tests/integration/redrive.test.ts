import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { quarantinePage } from '../../routes/response/quarantined-part.js';
import type { MessageLog } from '../../server/broker/message-log.js';
import { replayPositions } from '../../store/reset-positions.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { kafkaBrokers } from '../harness/kafka.js';
import {
  meterValues,
  openPipeline,
  runWorker,
  type Pipeline,
  type RunningWorker,
} from './redrive-harness.js';

const HOUR_MS = 3_600_000;
const WAIT = { timeout: 40_000, interval: 50 };

const brokers = kafkaBrokers() ?? null;

describe.each([
  { name: 'the inbox', on: null, skipped: false },
  { name: `Kafka ${inject('kafkaMissing') ?? ''}`, on: brokers, skipped: brokers === null },
])('re-driving through $name', ({ on, skipped }) => {
  let pipeline: Pipeline;
  let api: RunningApi;
  let log: MessageLog;
  const workers: RunningWorker[] = [];

  beforeEach(async () => {
    if (skipped) return;
    pipeline = await openPipeline(on);
    log = pipeline.openLog();
    api = await startApi({ databaseUrl: pipeline.url, log });
  });

  afterEach(async () => {
    if (skipped) return;
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await api.stop();
    await pipeline.close();
  });

  function work(options?: Parameters<typeof runWorker>[1]): RunningWorker {
    const worker = runWorker(pipeline, options);
    workers.push(worker);
    return worker;
  }

  async function stopWork(): Promise<void> {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  }

  async function parts(status = 'all') {
    const { body } = await api.get(`/v1/quarantine?status=${status}`);
    return quarantinePage.parse(body).items;
  }

  /** Resolves with the only part when there is one that fits. */
  function part(fits: (each: Awaited<ReturnType<typeof parts>>[number]) => boolean = () => true) {
    return vi.waitFor(async () => {
      const all = await parts();
      expect(all).toHaveLength(1);
      const [only] = all;
      if (only === undefined || !fits(only)) throw new Error(`not yet: ${JSON.stringify(only)}`);
      return only;
    }, WAIT);
  }

  async function values(chargePointId: string): Promise<unknown[]> {
    const { body } = await api.get(`/v1/readings?chargePointId=${chargePointId}`);
    return (body['items'] as { value: number }[]).map(({ value }) => value);
  }

  const post = (path: string, body: unknown) =>
    api.get(`/v1/quarantine/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  /** Everything that a replay must leave as it is. */
  async function books(): Promise<unknown> {
    const stats = await api.get('/v1/stats');
    const readings = await api.get('/v1/readings?chargePointId=A&chargePointId=H');
    return { stats: stats.body, readings: readings.body, parts: await parts() };
  }

  async function received(count: number): Promise<void> {
    await vi.waitFor(async () => {
      const { body } = await api.get('/v1/stats');
      expect(body).toMatchObject({ messages: { received: count } });
    }, WAIT);
  }

  /** All records are read again, and stored. */
  async function replay(): Promise<void> {
    const ends = async () =>
      (
        await pipeline.pool.query(
          'select partition, next_offset from consumer_positions where next_offset is not null order by partition',
        )
      ).rows as unknown[];
    await stopWork();
    const before = await ends();
    expect(await replayPositions(pipeline.pool, pipeline.topic)).toBe(before.length);
    work({ unknownChargePoints: 'register' });
    await vi.waitFor(async () => expect(await ends()).toEqual(before), WAIT);
  }

  it.skipIf(skipped)('stores what a held charge point sent once it is approved', async () => {
    work({ unknownChargePoints: 'hold' });
    await log.publish([meterValues('H', [[Date.now(), '42']])]);
    const held = await part();
    expect(held).toMatchObject({ reason: 'unknown_charge_point', status: 'open', rawKind: 'judged' });
    expect(await values('H')).toEqual([]);

    // Not approved yet: it comes back.
    expect((await post(`${held.id}/redrive`, {})).status).toBe(202);
    const again = await part(({ redrivenAt }) => redrivenAt !== null);
    expect(again).toMatchObject({ id: held.id, status: 'open', reason: 'unknown_charge_point' });

    await pipeline.pool.query(`update charge_points set status = 'active' where id = 'H'`);
    await vi.waitFor(
      async () => {
        expect((await post('redrive', { chargePointId: 'H' })).body).toMatchObject({ skipped: [] });
        expect((await parts('resolved')).map(({ id }) => id)).toEqual([held.id]);
      },
      { ...WAIT, interval: 1_000 },
    );
    expect(await values('H')).toEqual([42]);
    const { status, body } = await post(`${held.id}/redrive`, {});
    expect({ status, body }).toEqual({
      status: 200,
      body: { id: held.id, status: 'resolved', redriven: false },
    });
  });

  it.skipIf(skipped)('stores once what is sent again many times before the worker gets to it', async () => {
    work({ unknownChargePoints: 'hold' });
    await log.publish([meterValues('H', [[Date.now(), '42']])]);
    const { id } = await part();
    await stopWork();
    await pipeline.pool.query(`update charge_points set status = 'active' where id = 'H'`);
    const answers = await Promise.all([
      post(`${id}/redrive`, {}),
      post(`${id}/redrive`, {}),
      post('redrive', { ids: [id] }),
      post('redrive', { reason: 'unknown_charge_point' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);

    work({ unknownChargePoints: 'hold' });
    await received(5);
    expect(await part()).toMatchObject({ id, status: 'resolved' });
    expect(await values('H')).toEqual([42]);
    expect((await api.get('/v1/stats')).body).toMatchObject({
      messages: { received: 5, stored: 1, duplicate: 3, rejected: 1 },
      readings: { stored: 1, duplicate: 3, conflicting: 0, rejected: 1 },
    });
  });

  it.skipIf(skipped)(
    'takes a timestamp that is possible by the limits of now, and leaves all as it is at a replay',
    async () => {
      const now = Date.now();
      work();
      await log.publish([
        meterValues('A', [
          [now, '1'],
          [now + 5 * HOUR_MS, '2'],
        ]),
      ]);
      const ahead = await part();
      expect(ahead).toMatchObject({ reason: 'timestamp_out_of_range', rawKind: 'meterValues' });
      expect(await values('A')).toEqual([1]);

      await post(`${ahead.id}/redrive`, {});
      const still = await part(({ redrivenAt }) => redrivenAt !== null);
      expect(still).toMatchObject({ id: ahead.id, status: 'open', reason: 'timestamp_out_of_range' });

      await stopWork();
      work({ maxAheadMs: 24 * HOUR_MS });
      await post(`${ahead.id}/redrive`, {});
      expect(await part(({ status }) => status === 'resolved')).toMatchObject({ id: ahead.id });
      expect(await values('A')).toEqual([1, 2]);

      const before = await books();
      await replay();
      expect(await books()).toEqual(before);
    },
  );

  it.skipIf(skipped)(
    'leaves a part open, and makes no second one, when nothing good comes of it',
    async () => {
      work();
      await log.publish([meterValues('A', [[Date.now(), 'x']])]);
      const { id } = await part();
      for (let time = 0; time < 3; time++) expect((await post(`${id}/redrive`, {})).status).toBe(202);
      await received(4);
      expect(await part(({ redrivenAt }) => redrivenAt !== null)).toMatchObject({
        id,
        status: 'open',
        reason: 'invalid_value',
        resolvedAt: null,
      });
      expect((await api.get('/v1/quarantine/reasons')).body['items']).toMatchObject([
        { reason: 'invalid_value', count: 1 },
      ]);
      const before = await books();
      await replay();
      expect(await books()).toEqual(before);
    },
  );
});
