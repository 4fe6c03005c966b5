/** Readings and what may be billed for them: the rules of docs/energy.md by example, one line of trouble each. */
import type { BillingCase } from './billing-case.js';
import { REGISTERS } from './billing-cases-registers.js';
import { SERIES } from './billing-cases-series.js';
import { WRONG_ENERGY } from './billing-cases-wrong-energy.js';

export const BILLING_CASES: readonly BillingCase[] = [...WRONG_ENERGY, ...REGISTERS, ...SERIES];
