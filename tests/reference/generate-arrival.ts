/** How the messages of a world reach the database. */
import fc from 'fast-check';

/** In what order messages arrive, and when aggregates are computed meanwhile. */
export interface Arrival {
  /** Places of messages in the order of arrival: the lowest first, those of the same number as they were made. */
  readonly places: readonly number[];
  /** Messages that arrive a second time, at the end. */
  readonly repeats: readonly number[];
  readonly flushes: readonly FlushPlan[];
  /** How much of the messages, in hundredths, has arrived when each edit is made; they are made in the order of their ids. */
  readonly edits: readonly number[];
}

interface FlushPlan {
  /** Messages in it. */
  readonly messages: number;
  /** Which of the two workers stores it. */
  readonly worker: 0 | 1;
  readonly passes: 'none' | 'one' | 'some' | 'all' | 'meanwhile';
  /** Of a pass: buckets that it computes at most. */
  readonly buckets: number;
}

export const arrival: fc.Arbitrary<Arrival> = fc.record({
  places: fc.oneof(
    fc.constant([]),
    fc.array(fc.nat({ max: 99 }), { minLength: 20, maxLength: 150, size: 'max' }),
  ),
  repeats: fc.array(fc.nat({ max: 149 }), { maxLength: 8 }),
  flushes: fc.array(
    fc.record({
      messages: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 60 })),
      worker: fc.constantFrom(0 as const, 1 as const),
      passes: fc.constantFrom(
        'none' as const,
        'one' as const,
        'some' as const,
        'all' as const,
        'meanwhile' as const,
      ),
      buckets: fc.constantFrom(1, 3, 20, 500, 100_000),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  edits: fc.array(fc.nat({ max: 120 }), { minLength: 8, maxLength: 8 }),
});
