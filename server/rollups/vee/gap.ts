import { cadenceAt, isUsual } from '../energy/cadence.js';
import type { EnergyReading } from '../energy/sample.js';
import type { Finding } from './finding.js';
import type { RuleWindow } from './rule-window.js';

/**
 * No sample for more than three times what is usual around, and for more than `gapMs`: as the rules of energy tell measured from
 * estimated. Between two sessions there is none, except where samples come by the clock; and what is usual in a session doesn't
 * make a gap of what is usual between sessions.
 */
export function gaps({ energy }: RuleWindow, gapMs: number): Finding[] {
  if (energy === null) return [];
  const { chain } = energy;
  const found: Finding[] = [];
  for (let at = 1; at < chain.length; at++) {
    const before = chain[at - 1];
    const after = chain[at];
    if (before === undefined || after === undefined) continue;
    const span = after.ms - before.ms;
    // Most spans are short: what is usual is asked for only where it matters.
    if (span <= gapMs || !areAlike(before, after) || isUsual(span, chain, at)) continue;
    if (!isLongAmongAlike(chain, at, before, span)) continue;
    const cadenceMs = cadenceAt(chain, at) ?? span;
    const evidence = {
      seconds: span / 1_000,
      cadenceSeconds: cadenceMs / 1_000,
      missing: Math.max(1, Math.round(span / cadenceMs) - 1),
    };
    found.push({ rule: 'gap', fromMs: before.ms, toMs: after.ms, evidence });
  }
  return found;
}

/** Whether samples should have come in between. */
function areAlike(before: EnergyReading, after: EnergyReading): boolean {
  if (before.class === 'clock' && after.class === 'clock') return true;
  return before.session === after.session;
}

/** Spans on each side of one that tell what is usual around it: those that cadence.ts looks at. */
const AROUND = 3;
const LONG = 3;

/** Whether a span is long beside the second longest of those around it that have its session, or are by the clock as it is. */
function isLongAmongAlike(
  chain: readonly EnergyReading[],
  at: number,
  of: EnergyReading,
  span: number,
): boolean {
  const others: number[] = [];
  for (let index = Math.max(1, at - AROUND); index <= at + AROUND; index++) {
    const [before, after] = [chain[index - 1], chain[index]];
    if (index === at || before === undefined || after === undefined) continue;
    const isOfClock = of.class === 'clock' && before.class === 'clock' && after.class === 'clock';
    const isOfSession = before.session === of.session && after.session === of.session;
    if (isOfClock || isOfSession) others.push(after.ms - before.ms);
  }
  const [, second] = others.sort((a, b) => b - a);
  return second !== undefined && span > LONG * second;
}
