import { FINDING_RULES, type FindingRule } from '../helpers/finding-rules.js';
import { listed } from './listed.js';
import { wholeNumber } from './whole-number.js';

/** What the rules of validation go by; part of `environmentSchema`. docs/findings.md gives the source of each default. */
export const veeVariables = {
  VEE_RULES: listed()
    .refine((names) => isAll(names) || isNone(names) || names.every(isRule), {
      error: `all, none, or some of ${FINDING_RULES.join(', ')}, separated by commas`,
    })
    .transform((names): readonly FindingRule[] => (isAll(names) ? FINDING_RULES : names.filter(isRule)))
    .default([...FINDING_RULES])
    .describe(
      'Rules of validation that are on, of those in docs/findings.md, separated by commas; what a rule that is off found before goes when its readings are next computed. `none`: none is asked, and findings stay as they are. Unset, `all`: all.',
    ),
  VEE_GAP_SECONDS: wholeNumber(1, 31_536_000)
    .default(900)
    .describe('`gap`: nothing came for longer than this, beside three times what is usual around.'),
  VEE_CLOCK_DRIFT_SECONDS: wholeNumber(1, 604_800)
    .default(300)
    .describe('`clock_drift`: by how much a clock is off, by the time at which its readings are received.'),
  VEE_STUCK_HOURS: wholeNumber(1, 24)
    .default(12)
    .describe('`stuck`: how many whole hours of one UTC day a measured value stays the same.'),
  VEE_STUCK_SAMPLES: wholeNumber(2, 1_000_000)
    .default(24)
    .describe('`stuck`: how many samples there are in these hours at least.'),
  VEE_PHASES_PERCENT: wholeNumber(0, 100)
    .default(5)
    .describe(
      '`phases_sum`: by how much the sum of three phases and their total differ in an hour, of the greater.',
    ),
  VEE_PHASES_WH: wholeNumber(0, 1_000_000)
    .default(1_000)
    .describe('`phases_sum`: and by how much at least, Wh; of power, the mean of the hour in W.'),
  VEE_POWER_PERCENT: wholeNumber(0, 100)
    .default(25)
    .describe(
      '`energy_power`: by how much the energy of a connector and its integrated power differ in an hour, of the greater.',
    ),
  VEE_POWER_WH: wholeNumber(0, 1_000_000)
    .default(1_000)
    .describe('`energy_power`: and by how much at least, Wh.'),
};

const isAll = (names: readonly string[]): boolean => names.length === 1 && names[0] === 'all';
const isNone = (names: readonly string[]): boolean => names.length === 1 && names[0] === 'none';
const isRule = (name: string): name is FindingRule => (FINDING_RULES as readonly string[]).includes(name);
