import { clockDrifts } from './clock-drift.js';
import { conflictFindings } from './conflict.js';
import type { Finding } from './finding.js';
import { gaps } from './gap.js';
import { impossibleSteps } from './impossible-step.js';
import { negativeSteps } from './negative-step.js';
import type { RuleWindow } from './rule-window.js';
import { spikes } from './spike.js';
import type { Thresholds } from './thresholds.js';

/** What the rules of one series find in its readings, of what begins in the buckets of the window. */
export function readingFindings(window: RuleWindow, thresholds: Thresholds): Finding[] {
  const { rules, gapMs, clockDriftMs } = thresholds;
  const found = [
    ...spikes(window),
    ...negativeSteps(window),
    ...impossibleSteps(window),
    ...gaps(window, gapMs),
    ...conflictFindings(window),
    ...clockDrifts(window, clockDriftMs),
  ];
  return found.filter(
    ({ rule, fromMs }) => rules.has(rule) && fromMs >= window.fromMs && fromMs < window.toMs,
  );
}
