import type { Finding } from './finding.js';
import type { RuleWindow } from './rule-window.js';

/** One instant and context came with several values: the greatest stands, by the rules of storing. */
export function conflictFindings({ conflicts, readings }: RuleWindow): Finding[] {
  const lost = new Map<number, number[]>();
  for (const { ms, value } of conflicts) {
    const known = lost.get(ms);
    if (known === undefined) lost.set(ms, [value]);
    else known.push(value);
  }
  return [...lost].map(([ms, values]) => {
    const standing = readings.filter((reading) => reading.ms === ms).map(({ value }) => value);
    return {
      rule: 'conflict',
      fromMs: ms,
      toMs: ms,
      evidence: { standing: ordered(standing), lost: ordered(values) },
    };
  });
}

const ordered = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
