import { expect, it } from 'vitest';
import { billedEnergy, factsOf } from './billing-case.js';
import { BILLING_CASES } from './billing-cases.js';
import { energyReference } from './energy-reference.js';

it.each(BILLING_CASES)('$name', (billingCase) => {
  const { buckets1d, buckets15m } = energyReference(factsOf(billingCase));
  const { expected, expectedQuarters, direction } = billingCase;
  const billed = billedEnergy(buckets1d, direction ?? 'Import');
  expect(billed.energyWh).toBeCloseTo(expected.energyWh, 6);
  expect(billed.measuredWh).toBeCloseTo(expected.measuredWh, 6);
  expect(billed.estimatedWh).toBeCloseTo(expected.estimatedWh, 6);
  expect(billed.suspectWh).toBeCloseTo(expected.suspectWh, 6);
  expect(expected.energyWh).toBe(expected.measuredWh + expected.estimatedWh);
  for (const [isoTime, wh] of Object.entries(expectedQuarters ?? {})) {
    const row = buckets15m.find(({ bucketMs }) => bucketMs === Date.parse(isoTime));
    expect(row?.measuredWh, isoTime).toBeCloseTo(wh, 6);
  }
});

it('has each name once', () => {
  const names = BILLING_CASES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
