import { possibleWh } from '../energy/possible.js';
import type { Finding } from './finding.js';
import type { RuleWindow } from './rule-window.js';

/** More energy than a connector can have passed in the time. */
export function impossibleSteps({ energy }: RuleWindow): Finding[] {
  if (energy === null) return [];
  if (energy.kind === 'register') {
    return energy.impossible.map(({ from, to }) => ({
      rule: 'impossible_step',
      fromMs: from.ms,
      toMs: to.ms,
      evidence: {
        before: from.value,
        after: to.value,
        suspectWh: to.value - from.value,
        possibleWh: possibleWh(to.ms - from.ms),
      },
    }));
  }
  return energy.suspects.flatMap(({ sample: { ms, value }, spanMs }): Finding[] =>
    value >= 0 && spanMs !== undefined
      ? [
          {
            rule: 'impossible_step',
            fromMs: ms,
            toMs: ms,
            evidence: { value, suspectWh: value, possibleWh: possibleWh(spanMs) },
          },
        ]
      : [],
  );
}
