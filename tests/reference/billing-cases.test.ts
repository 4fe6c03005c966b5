import { describe, expect, it } from 'vitest';
import { factsOf, TROUBLES } from './billing-case.js';
import { BILLING_CASES } from './billing-cases.js';
import { energyReference } from './energy-reference.js';
import { expectBilled } from './expect-billed.js';

describe('the reference bills', () => {
  it.each(BILLING_CASES)('$name', (billingCase) => {
    expectBilled(billingCase, energyReference(factsOf(billingCase)));
  });
});

describe('the table of cases', () => {
  it('has each name once, with a source, and sums that add up', () => {
    const names = BILLING_CASES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { source, expected } of BILLING_CASES) {
      expect(source).not.toBe('');
      expect(expected.energyWh).toBe(expected.measuredWh + expected.estimatedWh);
    }
  });

  it.each(TROUBLES)('has a case of: %s', (title) => {
    expect(BILLING_CASES.filter(({ trouble }) => trouble === title)).not.toEqual([]);
  });
});
