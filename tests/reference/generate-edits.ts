/** What operators decide in the worlds of generate.ts. */
import fc from 'fast-check';
import { world } from './generate.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Edit, type Facts } from './model.js';
import { namedSession } from './samples.js';

interface EditPlan {
  /** Of the reading that it is about, or near. */
  readonly index: number;
  readonly action: Edit['action'];
  /** From the reading to where it begins. */
  readonly shiftMs: number;
  /** Of what is about a span. */
  readonly lengthMs: number;
  /** What the value is other than the reading's. */
  readonly delta: number;
  readonly namesSession: boolean;
}

const plan: fc.Arbitrary<EditPlan> = fc.record({
  index: fc.nat({ max: 149 }),
  action: fc.constantFrom('confirm' as const, 'exclude' as const, 'replace' as const, 'insert' as const),
  shiftMs: fc.constantFrom(0, 0, 0, -1, 1, -30_000, 7 * MINUTE_MS, 5 * HOUR_MS, 35 * DAY_MS),
  lengthMs: fc.constantFrom(1, 1, 2, 5 * MINUTE_MS, 20 * MINUTE_MS, 3 * HOUR_MS, 2 * DAY_MS, 50 * DAY_MS),
  delta: fc.constantFrom(0, 10, -10, 2_000, -7_000, 4_000_000, -1e15),
  namesSession: fc.boolean(),
});

const SPANS: readonly Edit['action'][] = ['confirm', 'exclude'];

/** Those made later have the greater ids. */
export function editsOf({ readings }: Pick<Facts, 'readings'>): fc.Arbitrary<readonly Edit[]> {
  return fc.array(plan, { maxLength: 8 }).map((plans) =>
    plans.flatMap(({ index, action, shiftMs, lengthMs, delta, namesSession }, id): Edit[] => {
      const reading = readings[index % Math.max(1, readings.length)];
      if (reading === undefined) return [];
      const fromMs = reading.timestampMs + (action === 'replace' ? 0 : shiftMs);
      const isSpan = SPANS.includes(action);
      return [
        {
          series: reading.series,
          id: id + 1,
          action,
          fromMs,
          toMs: fromMs + (isSpan ? lengthMs : 1),
          value: isSpan ? null : Math.max(0, reading.value + delta),
          transaction: action === 'insert' && namesSession ? namedSession(reading) : null,
        },
      ];
    }),
  );
}

export const editedWorld: fc.Arbitrary<Facts> = world.chain((facts) =>
  editsOf(facts).map((edits) => ({ ...facts, edits })),
);
