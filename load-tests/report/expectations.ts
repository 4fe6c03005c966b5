import { isCounter, isTime } from '../measure/measures.js';

const QUANTILES = ['count', 'mean', 'p50', 'p90', 'p99', 'p999', 'max'] as const;
/** Of the whole run, beside what the engine counts. */
export const RUN_MEASURES = {
  'sockets.missing': 'sockets that were not open when all should have been',
  'processes.failed': 'processes of the load that ended otherwise than they should',
  'ledger.lost': 'acknowledged readings that the table does not have',
  'ledger.doubled': 'acknowledged readings that the table has more than once',
} as const;

const OPERATORS = {
  '==': (value: number, bound: number) => value === bound,
  '!=': (value: number, bound: number) => value !== bound,
  '<=': (value: number, bound: number) => value <= bound,
  '>=': (value: number, bound: number) => value >= bound,
  '<': (value: number, bound: number) => value < bound,
  '>': (value: number, bound: number) => value > bound,
} as const;
type Operator = keyof typeof OPERATORS;

export interface Expectation {
  readonly expression: string;
  /** `readings.unanswered`, `readings.latency.p99`, `ledger.lost` */
  readonly measure: string;
  readonly operator: Operator;
  readonly bound: number;
}

export interface Judged {
  /** Whose measure it is: a scenario, or `all`. */
  readonly of: string;
  readonly expression: string;
  /** null: it was not measured. */
  readonly value: number | null;
  readonly holds: boolean;
}

const FORM = /^\s*([\w.]+)\s*(==|!=|<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)\s*$/;

/** `MEASURE OPERATOR NUMBER`. Throws one line on another form and on a measure that there isn't. */
export function parseExpectation(expression: string): Expectation {
  const [, measure = '', operator = '', bound = ''] = FORM.exec(expression) ?? [];
  if (!isOperator(operator))
    throw new Error(`'${expression}' is no expectation: it is like 'readings.latency.p99 < 60'`);
  if (!isMeasure(measure))
    throw new Error(
      `'${expression}': nothing is measured as '${measure}' (docs/load-tests.md lists what is)`,
    );
  return { expression: `${measure} ${operator} ${bound}`, measure, operator, bound: Number(bound) };
}

/** @param value null: it was not measured, and so is not as expected. */
export function judge(
  of: string,
  { expression, operator, bound }: Expectation,
  value: number | null,
): Judged {
  return { of, expression, value, holds: value !== null && OPERATORS[operator](value, bound) };
}

function isOperator(text: string): text is Operator {
  return Object.hasOwn(OPERATORS, text);
}

function isMeasure(name: string): boolean {
  if (isCounter(name) || Object.hasOwn(RUN_MEASURES, name)) return true;
  const at = name.lastIndexOf('.');
  return isTime(name.slice(0, at)) && QUANTILES.some((quantile) => quantile === name.slice(at + 1));
}
