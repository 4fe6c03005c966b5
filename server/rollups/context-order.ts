import type { SampleClass } from './energy/sample.js';

/** Of several readings of one instant, those of the first are the sample. Contexts of other names come in between. */
const BEFORE_OTHERS = [
  'Sample.Periodic',
  'Sample.Clock',
  'Transaction.Begin',
  'Transaction.End',
  'Interruption.Begin',
  'Interruption.End',
  'Trigger',
  'Other',
];
const AFTER_OTHERS = ['MeterStart', 'MeterStop'];
const BOUNDARIES: ReadonlySet<string> = new Set(['Transaction.Begin', 'Transaction.End', ...AFTER_OTHERS]);

export interface ContextFacts {
  readonly rank: number;
  readonly class: SampleClass;
  readonly isEnd: boolean;
}

/** What contexts mean, by their ids. The ids of names that OCPP doesn't have depend on arrival: their names give the order. */
export function contextFacts(names: ReadonlyMap<number, string>): ReadonlyMap<number, ContextFacts> {
  const known = new Set([...BEFORE_OTHERS, ...AFTER_OTHERS]);
  const others = [...names.values()].filter((name) => !known.has(name)).sort((a, b) => (a < b ? -1 : 1));
  const order = [...BEFORE_OTHERS, ...others, ...AFTER_OTHERS];
  const rankOf = new Map(order.map((name, rank) => [name, rank]));
  return new Map(
    [...names].map(([id, name]) => [
      id,
      {
        rank: rankOf.get(name) ?? order.length,
        class: name === 'Sample.Clock' ? 'clock' : BOUNDARIES.has(name) ? 'boundary' : 'sample',
        isEnd: name === 'Transaction.End',
      },
    ]),
  );
}
