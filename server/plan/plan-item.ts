import type { CoefficientName } from './coefficients.js';

export const SECTIONS = ['traffic', 'log', 'pods', 'PostgreSQL', 'disk', 'network'] as const;
export type Section = (typeof SECTIONS)[number];
export type Unit = 'messages/s' | 'readings/s' | 'readings' | 'cores' | 'bytes' | 'bits/s' | 'count';

/** One line of a plan. */
export interface PlanItem {
  readonly section: Section;
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  /** How it was reckoned, with its numbers. */
  readonly formula: string;
  readonly coefficients: readonly CoefficientName[];
}

/** Makes lines of one section. */
export function itemsOf(section: Section) {
  return (
    name: string,
    value: number,
    unit: Unit,
    formula: string,
    coefficients: readonly CoefficientName[] = [],
  ): PlanItem => ({ section, name, value, unit, formula, coefficients });
}

/** Three figures, for people. */
export const round = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en-US');
