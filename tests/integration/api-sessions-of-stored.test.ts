import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transactionPage } from '../../routes/response/transaction.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { runRollups } from '../harness/run-rollups.js';
import { startMessage, stopMessage } from './session-harness.js';
import { Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';

const MINUTE_MS = 60_000;
const at = (minutes: number): string => new Date(T0 + minutes * MINUTE_MS).toISOString();

/** The sink stores, the loop reckons, the API tells. */
describe('charging sessions of what was stored', () => {
  let store: Store;
  let feeder: Feeder;
  let api: RunningApi;

  beforeAll(async () => {
    store = await openStore();
    feeder = await Feeder.claim(store.sink());
    api = await startApi({ databaseUrl: store.url });
  });

  afterAll(async () => {
    await api.stop();
    await store.close();
  });

  async function session(chargePointId: string) {
    await runRollups(store.pool);
    const { status, body } = await api.get(`/v1/transactions?chargePointId=${chargePointId}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return transactionPage.parse(body).items;
  }

  const read = (chargePointId: string, minutes: number, value: number, more = {}) =>
    message(feeder.position, [
      reading({ chargePointId, timestampMs: T0 + minutes * MINUTE_MS, value, transactionId: '7', ...more }),
    ]);

  it('have the energy between the readings that name them, where nobody told of the session', async () => {
    for (const [minutes, value] of [
      [0, 1_000],
      [15, 3_000],
      [30, 5_500],
      [45, 7_000],
    ] as const) {
      await feeder.store([read('R', minutes, value)]);
    }
    // Chargers that have no transaction say 0: no session of anybody.
    await feeder.store([read('R', 90, 9_000, { transactionId: '0' })]);
    const open = {
      id: '7',
      status: 'observed',
      source: 'readings',
      state: 'abandoned',
      connectorId: 1,
      start: at(0),
      end: null,
      energyWh: 6_000,
      measuredWh: 6_000,
      suspectWh: 0,
      maxPowerW: 10_000,
    };
    expect(await session('R')).toMatchObject([open]);
    await feeder.store([read('R', 60, 8_000, { context: 'Transaction.End' })]);
    expect(await session('R')).toMatchObject([
      { ...open, state: 'closed', end: at(60), durationSeconds: 3_600, energyWh: 7_000, measuredWh: 7_000 },
    ]);
  });

  it('leave out what a placeholder would bill, where start and stop were told', async () => {
    const more = { chargePointId: 'S' };
    const place = { connectorId: 2, transactionId: null };
    await feeder.store([startMessage(feeder.position, { meterStartWh: 0 }, more)]);
    for (const [minutes, value] of [
      [-15, 500_000],
      [15, 500_000],
      [30, 502_000],
      [45, 504_000],
      [60, 506_000],
    ] as const) {
      await feeder.store([read('S', minutes, value, place)]);
    }
    await feeder.store([
      stopMessage(feeder.position, { endedAtMs: T0 + 75 * MINUTE_MS, meterStopWh: 508_000 }, [], more),
    ]);
    const [found] = await session('S');
    expect(found).toMatchObject({
      status: 'ended',
      source: 'session',
      state: 'closed',
      connectorId: 2,
      meterStartWh: 0,
      meterStopWh: 508_000,
      start: at(0),
      end: at(75),
      durationSeconds: 4_500,
      energyWh: 8_000,
    });
    const { body } = await api.get(
      `/v1/energy?from=${at(-60)}&to=${at(60)}&groupBy=transaction&chargePointId=S`,
    );
    expect(body['items']).toMatchObject([{ transactionId: '7', energyWh: 8_000, end: at(75) }]);
  });
});
