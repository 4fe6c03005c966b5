import { describe, expect, it } from 'vitest';
import { encodeEnvelope } from '../../protocol/envelope.js';
import { coefficientsOf, planOf } from './plan.js';
import { SECTIONS } from './plan-item.js';
import { DAY_MS, trafficOf, type Workload } from './workload.js';

const WORKLOAD: Workload = {
  chargePoints: 100_000,
  intervalMs: 60_000,
  measurands: 4,
  phases: 1,
  retentionMs: 90 * DAY_MS,
  aggregateRetentionMs: 730 * DAY_MS,
  messageBytes: null,
  peakFactor: 3,
  logRetentionMs: 7 * DAY_MS,
  replication: 3,
  replicas: 2,
  subscribers: 100,
  watched: 50,
  queries: 10,
  sessions: 2,
  backupRetentionMs: 7 * DAY_MS,
};
const SMALL: Workload = {
  ...WORKLOAD,
  ...{ chargePoints: 1, intervalMs: 900_000, measurands: 1, replication: 1, replicas: 0, peakFactor: 1 },
  ...{ subscribers: 0, queries: 0, sessions: 0, watched: 1, retentionMs: DAY_MS, logRetentionMs: DAY_MS },
};

const valuesOf = (workload: Workload) =>
  new Map(planOf(workload).items.map(({ section, name, value }) => [`${section}: ${name}`, value]));

describe('the traffic of a fleet', () => {
  it.each([
    [100_000, 60_000, 4, 1, 1_666.67, 6_666.67],
    [1, 900_000, 1, 1, 0.0011, 0.0011],
    [500, 10_000, 3, 3, 50, 450],
  ])('%i charge points each %i ms with %i measurands of %i values', (...given) => {
    const [chargePoints, intervalMs, measurands, phases, messages, readings] = given;
    const traffic = trafficOf({ ...WORKLOAD, chargePoints, intervalMs, measurands, phases });
    expect(traffic.messagesPerSecond).toBeCloseTo(messages, 1);
    expect(traffic.readingsPerSecond).toBeCloseTo(readings, 1);
  });

  it('keeps a row of 15 minutes only for those that have a reading', () => {
    expect(trafficOf({ ...SMALL, intervalMs: 60_000 }).bucketsPerDay).toBe(96);
    expect(trafficOf({ ...SMALL, intervalMs: 3_600_000 }).bucketsPerDay).toBe(24);
  });

  it.each([1, 4, 12])('takes a message of %i values to be as long as the protocol makes it', (count) => {
    const sampledValue = Array.from({ length: count }, (_, index) => ({
      ...{ value: `${12_345 + index}.125`, context: 'Sample.Periodic', format: 'Raw' },
      ...{ measurand: 'Energy.Active.Import.Register', location: 'Outlet', unit: 'Wh' },
    }));
    const meterValue = [{ timestamp: '2026-03-10T06:00:00Z', sampledValue }];
    const value = encodeEnvelope({
      ...{ v: 1, kind: 'meterValues', chargePointId: 'Depot-12345', protocol: 'ocpp1.6' },
      messageId: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
      receivedAt: 1_773_122_400_000,
      payload: { connectorId: 1, transactionId: 1_234_567, meterValue },
    });
    const { messageBytes } = trafficOf({ ...WORKLOAD, measurands: count });
    expect(Math.abs(Buffer.byteLength(value) / messageBytes - 1)).toBeLessThan(0.25);
  });
});

describe('a plan', () => {
  it('has what one buys for a large fleet', () => {
    const values = valuesOf(WORKLOAD);
    expect(values.get('pods: gateways')).toBe(9);
    expect(values.get('log: partitions (KAFKA_PARTITIONS)')).toBe(12);
    expect(values.get('disk: readings')).toBeGreaterThan(5e12);
    expect(values.get('PostgreSQL: servers')).toBe(3);
  });

  it('never has less than two of each role, and four GiB for PostgreSQL', () => {
    const values = valuesOf(SMALL);
    for (const role of ['gateways', 'workers', 'APIs', 'live feeds']) {
      expect(values.get(`pods: ${role}`)).toBeGreaterThanOrEqual(2);
    }
    expect(values.get('PostgreSQL: memory of each server')).toBeGreaterThan(4 * 1024 ** 3);
  });

  it('says how each figure was reckoned, in the order of its sections', () => {
    const { items } = planOf(WORKLOAD);
    for (const { formula, value } of items) {
      expect(formula).not.toBe('');
      expect(Number.isFinite(value)).toBe(true);
      expect(value).toBeGreaterThanOrEqual(0);
    }
    expect([...new Set(items.map(({ section }) => section))]).toEqual([...SECTIONS]);
    expect(coefficientsOf({ items, warnings: [] })).toContain('rawBytesPerReading');
  });

  it('warns where it rests on more than was measured', () => {
    expect(planOf(SMALL).warnings).toEqual([]);
    expect(planOf(WORKLOAD).warnings.join()).toContain('tables of up to 100 million');
    expect(planOf({ ...WORKLOAD, intervalMs: 1_000 }).warnings.join()).toContain('100,000 readings a second');
  });

  const MORE: readonly (readonly [keyof Workload, readonly number[]])[] = [
    ['chargePoints', [1, 2, 100, 12_500, 12_501, 100_000, 10_000_000]],
    // The other way round: a message more often is more.
    ['intervalMs', [86_400_000, 3_600_000, 900_001, 900_000, 60_000, 10_000, 1_000]],
    ['measurands', [1, 2, 8, 100]],
    ['phases', [1, 3, 4]],
    ['retentionMs', [DAY_MS, 30 * DAY_MS, 365 * DAY_MS, 730 * DAY_MS]],
    ['aggregateRetentionMs', [90 * DAY_MS, 730 * DAY_MS, 3_650 * DAY_MS]],
    ['messageBytes', [50, 1_000, 4_194_304]],
    ['peakFactor', [1, 1.5, 10, 100]],
    ['logRetentionMs', [3_600_000, DAY_MS, 30 * DAY_MS]],
    ['replication', [1, 3, 9]],
    ['replicas', [0, 1, 20]],
    ['subscribers', [0, 1, 10_000, 10_001, 1_000_000]],
    ['watched', [1, 50, 100_000, 1_000_000]],
    ['queries', [0, 1, 10_000]],
    ['sessions', [0, 1, 10, 1_000]],
    ['backupRetentionMs', [DAY_MS, 365 * DAY_MS]],
  ];

  it.each(MORE)('with more of %s never needs less of anything', (field, steps) => {
    for (const base of [WORKLOAD, SMALL]) {
      let before = new Map<string, number>();
      for (const step of steps) {
        const values = valuesOf({ ...base, [field]: step });
        for (const [name, value] of before) {
          expect(values.get(name), `${name} at ${field} ${step}`).toBeGreaterThanOrEqual(value * (1 - 1e-12));
        }
        before = values;
      }
    }
  });
});
