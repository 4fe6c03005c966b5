/** What the rules of validation are called, in the order of docs/findings.md. */
export const FINDING_RULES = [
  'spike',
  'negative_step',
  'impossible_step',
  'gap',
  'conflict',
  'clock_drift',
  'stuck',
  'phases_sum',
  'energy_power',
] as const;
export type FindingRule = (typeof FINDING_RULES)[number];
