import { describe, it } from 'vitest';
import { factsOf } from '../../tests/reference/billing-case.js';
import { BILLING_CASES } from '../../tests/reference/billing-cases.js';
import { expectBilled } from '../../tests/reference/expect-billed.js';
import { pureEngine } from '../../tests/reference/pure-engine.js';

/** The table that holds the reference of docs/energy.md holds the rules that are in use, too. */
describe('the rules in use bill', () => {
  it.each(BILLING_CASES)('$name', (billingCase) => {
    expectBilled(billingCase, pureEngine(factsOf(billingCase)));
  });
});
