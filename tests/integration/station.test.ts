import { afterEach, describe, expect, it } from 'vitest';
import type { Measurement } from '../../client/station/dialect.js';
import { jsonStationDialect } from '../../client/station/json-dialect.js';
import { ocpp16Dialect } from '../../client/station/ocpp16-dialect.js';
import { Station } from '../../client/station/station.js';
import type { StationEvents, StationParts } from '../../client/station/station-parts.js';
import { systemClock } from '../../client/station/clock.js';
import { FakeGateway, type FakeGatewayOptions } from '../harness/fake-gateway.js';

const PATIENTLY = { timeout: 30_000, interval: 20 };
let station: Station | undefined;
let gateway: FakeGateway | undefined;
afterEach(async () => {
  station?.stop();
  await gateway?.stop();
});

const measurement = (value: number): Measurement => ({
  ...{ at: Date.parse('2026-03-01T12:00:00Z') + value, context: 'Sample.Periodic', ordinal: 0 },
  samples: [{ measurand: 'Energy.Active.Import.Register', unit: 'Wh', value: String(value) }],
});

async function setUp(
  server: FakeGatewayOptions,
  parts: Partial<StationParts> = {},
  events: StationEvents = {},
) {
  const started = await FakeGateway.start(server);
  gateway = started;
  const made = new Station(
    {
      ...{ chargePointId: 'CP-1', url: new URL(started.url), dialect: jsonStationDialect },
      ...{ clock: systemClock, deviceTime: () => Date.now(), random: () => 0, answerTimeoutMs: 5_000 },
      ...{ outboxBytes: 100_000, journal: null, ...parts },
    },
    events,
  );
  station = made;
  made.connect();
  await expect.poll(() => made.state, PATIENTLY).toBe('online');
  const read = (value: number): void => made.reading(1, null, measurement(value));
  return { gateway: started, station: made, read };
}

describe('a device whose connection ends', () => {
  it('for want of messages opens it again with its next reading, and not before', async () => {
    const dialect = ocpp16Dialect({ vendor: 'Acme', model: 'M1', firmwareVersion: '1' });
    const { station, gateway, read } = await setUp(
      { react: (_, nth) => (nth === 1 ? { close: 4002 } : 'accept') },
      { dialect },
    );
    await expect.poll(() => station.waiting, PATIENTLY).toBe(0);
    station.status(1, 'Available');
    await expect.poll(() => station.state, PATIENTLY).toBe('idle');
    expect(gateway.upgrades).toHaveLength(1);
    read(1);
    await expect.poll(() => station.waiting, PATIENTLY).toBe(0);
    expect(gateway.upgrades).toHaveLength(2);
    expect(gateway.accepted.some(({ payload }) => JSON.stringify(payload).includes('meterValue'))).toBe(true);
  });

  it('for want of messages opens it at once when one was under way', async () => {
    const { gateway, read } = await setUp({ react: (_, nth) => (nth === 1 ? { close: 4002 } : 'accept') });
    read(1);
    await expect.poll(() => gateway.accepted.length, PATIENTLY).toBe(1);
    expect(gateway.upgrades).toHaveLength(2);
  });

  it.each([
    ['a restart, after a random part of five seconds', 1012, 1_000, 0.2],
    ['another one that took its place, after as long as if many attempts had failed', 4001, 3_000, 0.2],
  ])('by %s', async (_, code, notBeforeMs, luck) => {
    let closedAt = 0;
    const { gateway, read } = await setUp(
      {
        react: (_message, nth) => {
          if (nth > 1) return 'accept';
          closedAt = performance.now();
          return { close: code };
        },
      },
      { random: () => luck },
    );
    read(1);
    await expect.poll(() => gateway.accepted.length, PATIENTLY).toBe(1);
    expect((gateway.upgrades[1]?.at ?? 0) - closedAt).toBeGreaterThanOrEqual(notBeforeMs);
  });

  it('comes back no sooner than a 503 says', async () => {
    const { gateway, read } = await setUp({
      react: (_, nth) => (nth === 1 ? { close: 0 } : 'accept'),
      upgrade: (_, nth) => (nth === 2 ? { status: 503, retryAfter: 2 } : null),
    });
    read(1);
    await expect.poll(() => gateway.accepted.length, PATIENTLY).toBe(1);
    const [, refused, taken] = gateway.upgrades;
    expect((taken?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  it('sends what was taken offline with the times of its readings, in their order', async () => {
    const { station, gateway, read } = await setUp({});
    station.leave('cut');
    for (const value of [1, 2, 3]) read(value);
    expect(station.waiting).toBe(3);
    station.connect();
    await expect.poll(() => station.waiting, PATIENTLY).toBe(0);
    const times = gateway.accepted.map(({ payload }) => /T12:00:00\.00\d/.exec(JSON.stringify(payload))?.[0]);
    expect(times).toEqual(['T12:00:00.001', 'T12:00:00.002', 'T12:00:00.003']);
    expect(gateway.mostUnanswered).toBe(1);
  });
});

describe('a device that speaks OCPP 1.6', () => {
  const dialect = ocpp16Dialect({ vendor: 'Acme', model: 'M1', firmwareVersion: '1' });

  it('says who it is once, and sends its readings with every later connection at once', async () => {
    const actions: string[] = [];
    const { gateway, read } = await setUp(
      { react: (_, nth) => (nth === 2 ? { close: 0 } : 'accept') },
      { dialect },
      { onSent: ({ message }) => void actions.push(message.action) },
    );
    for (const value of [1, 2, 3]) read(value);
    await expect.poll(() => gateway.accepted.length, PATIENTLY).toBe(3);
    expect(gateway.upgrades).toHaveLength(2);
    expect(actions.filter((action) => action === 'BootNotification')).toHaveLength(1);
    expect(actions[0]).toBe('BootNotification');
  });
});
