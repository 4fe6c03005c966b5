import { type FindingRule } from '../../../helpers/finding-rules.js';

export type Rule = FindingRule;

/** Rules over the readings of one series, as they were delivered. */
export const READING_RULES: ReadonlySet<Rule> = new Set([
  'spike',
  'negative_step',
  'impossible_step',
  'gap',
  'conflict',
  'clock_drift',
]);
/** Rules over the hours of one series. */
export const HOUR_RULES: ReadonlySet<Rule> = new Set(['stuck']);
/** Rules over an hour of all series of a connector. */
export const CONNECTOR_RULES: ReadonlySet<Rule> = new Set(['phases_sum', 'energy_power']);

export type Evidence = Readonly<Record<string, number | string | readonly number[]>>;

/** What a rule has to say of some time of a series. Both ends are included; ms since 1970 UTC. */
export interface Finding {
  readonly rule: Rule;
  /** With the series and the rule, what the finding is known by: no rule finds two that begin together. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly evidence: Evidence;
}
