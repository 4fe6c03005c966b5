import type { Step } from '../energy/register-flows.js';
import type { Finding } from './finding.js';
import type { RuleWindow } from './rule-window.js';

/**
 * A register that went down without rolling over, and not where a session starts: the first session of a register doesn't tell yet
 * whether it starts again with each. An interval of less than nothing.
 */
export function negativeSteps({ energy }: RuleWindow): Finding[] {
  if (energy === null) return [];
  if (energy.kind === 'register') {
    return energy.resets.filter(isWithin).map(({ from, to }) => ({
      rule: 'negative_step',
      fromMs: from.ms,
      toMs: to.ms,
      evidence: { before: from.value, after: to.value },
    }));
  }
  return energy.suspects.flatMap(({ sample: { ms, value } }): Finding[] =>
    value < 0
      ? [{ rule: 'negative_step', fromMs: ms, toMs: ms, evidence: { value, suspectWh: -value } }]
      : [],
  );
}

/** Whether no session starts with the step. */
function isWithin({ from, to }: Step): boolean {
  return to.session === null || to.session === from.session;
}
