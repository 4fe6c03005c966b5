import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../harness/api.js';
import { Feeder, message, openStore, reading, reject, T0, type Store } from './store-harness.js';

const at = (minutes: number): string => new Date(T0 + minutes * 60_000).toISOString();

/** The sink writes, the API reads: what the two make of the same tables must agree. */
describe('what the sink stored, as the API tells it', () => {
  let store: Store;
  let api: RunningApi;

  beforeAll(async () => {
    store = await openStore();
    api = await startApi({ databaseUrl: store.url });
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([
      message(0, [
        reading({ transactionId: '7', value: 100 }),
        reading({ timestampMs: T0 + 60_000, value: 200, transactionId: '7' }),
        reading({ measurand: 'SoC', unit: 'Percent', value: 40, quality: 1 }),
      ]),
      message(1, [reading({ chargePointId: 'CP-2', value: 5 })], { rejects: [reject()] }),
      message(2, [], { rejects: [reject({ path: '', reason: 'missing_meter_value', raw: '{}' })] }),
    ]);
    await feeder.store([
      message(3, [reading({ transactionId: '7', value: 100 })]),
      message(4, [reading({ value: 150 })]),
    ]);
  });

  afterAll(async () => {
    await api.stop();
    await store.close();
  });

  it('has the counters of the flushes', async () => {
    expect((await api.get('/v1/stats')).body).toEqual({
      messages: { received: 5, stored: 3, duplicate: 1, rejected: 1 },
      readings: { stored: 4, duplicate: 1, conflicting: 1, rejected: 2, waiting: 0 },
      chargePoints: 2,
      transactions: 1,
      from: at(0),
      to: at(1),
    });
  });

  it('has the readings, the greater value of a conflict standing', async () => {
    const { body } = await api.get('/v1/readings?chargePointId=CP-1');
    const items = body['items'] as Record<string, unknown>[];
    expect(
      items.map(({ measurand, timestamp, value, transactionId }) => [
        measurand,
        timestamp,
        value,
        transactionId,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['Energy.Active.Import.Register', at(0), 150, null],
        ['Energy.Active.Import.Register', at(1), 200, '7'],
        ['SoC', at(0), 40, null],
      ]),
    );
    expect(items).toHaveLength(3);
  });

  it('has the losing value beside the standing one', async () => {
    expect((await api.get('/v1/conflicts')).body['items']).toMatchObject([
      {
        chargePointId: 'CP-1',
        timestamp: at(0),
        standing: { value: 150 },
        losing: { value: 100, transactionId: '7' },
      },
    ]);
  });

  it('has the newest of each series', async () => {
    const { body } = await api.get('/v1/charge-points/CP-1/latest');
    expect(body['items']).toMatchObject([
      { measurand: 'Energy.Active.Import.Register', timestamp: at(1), value: 200 },
      { measurand: 'SoC', value: 40, quality: ['assumedUtc'] },
    ]);
  });

  it('has what became no reading, with where it came from', async () => {
    expect((await api.get('/v1/quarantine')).body['items']).toMatchObject([
      { reason: 'missing_meter_value', raw: '{}', source: { offset: 2 } },
      { reason: 'invalid_value', raw: '"x"', source: { offset: 1 } },
    ]);
  });
});
