import { MAX_POWER_W } from '../energy/possible.js';
import { samplesOf } from '../energy/sample.js';
import type { Finding } from './finding.js';
import type { RuleWindow } from './rule-window.js';

/**
 * A sample that stands out of its neighbours, which agree: those that the rules of energy leave out of a register, and power that
 * no connector carries.
 */
export function spikes({ measurand, unit, energy, readings }: RuleWindow): Finding[] {
  if (energy?.kind === 'register') {
    return energy.suspects.map(({ sample, lastMs, wh, kind, before, after }) => ({
      rule: 'spike',
      fromMs: sample.ms,
      toMs: lastMs,
      evidence: { kind, value: sample.value, before: before.value, after: after.value, suspectWh: wh },
    }));
  }
  if (unit !== 'W' || !/^Power\.Active\.(Import|Export)$/.test(measurand)) return [];
  if (!readings.some(isTooMuch)) return [];
  return samplesOf(readings, { zerosLast: false })
    .filter(isTooMuch)
    .map(({ ms, value }) => ({
      rule: 'spike',
      fromMs: ms,
      toMs: ms,
      evidence: { kind: 'power', value, possible: MAX_POWER_W },
    }));
}

const isTooMuch = ({ value }: { readonly value: number }): boolean => Math.abs(value) > MAX_POWER_W;
