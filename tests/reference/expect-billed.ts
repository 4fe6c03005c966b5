import { expect } from 'vitest';
import { billedEnergy, type BillingCase } from './billing-case.js';
import type { Aggregates } from './model.js';

/** Whether aggregates hold what a case expects. */
export function expectBilled(
  { expected, expectedQuarters, direction }: BillingCase,
  { buckets1d, buckets15m }: Pick<Aggregates, 'buckets1d' | 'buckets15m'>,
): void {
  const billed = billedEnergy(buckets1d, direction ?? 'Import');
  expect(billed.energyWh).toBeCloseTo(expected.energyWh, 6);
  expect(billed.measuredWh).toBeCloseTo(expected.measuredWh, 6);
  expect(billed.estimatedWh).toBeCloseTo(expected.estimatedWh, 6);
  expect(billed.suspectWh).toBeCloseTo(expected.suspectWh, 6);
  for (const [isoTime, wh] of Object.entries(expectedQuarters ?? {})) {
    const row = buckets15m.find(({ bucketMs }) => bucketMs === Date.parse(isoTime));
    expect(row?.measuredWh, isoTime).toBeCloseTo(wh, 6);
  }
}
