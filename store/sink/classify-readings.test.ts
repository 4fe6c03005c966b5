import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyKey, compareCandidates, type Candidate, type Verdict } from './classify-readings.js';

interface Books {
  standing: Candidate | null;
  conflicts: Candidate[];
}

/** Applies batches one after the other, as the store does. */
function play(batches: readonly (readonly Candidate[])[]): { books: Books; counts: Record<Verdict, number> } {
  const books: Books = { standing: null, conflicts: [] };
  const counts = { new: 0, duplicate: 0, conflicting: 0 };
  for (const batch of batches) {
    if (batch.length === 0) continue;
    const { verdicts, standing, conflicts } = classifyKey(batch, books);
    for (const verdict of verdicts) counts[verdict] += 1;
    books.standing = standing;
    for (const conflict of conflicts) {
      books.conflicts = [...books.conflicts.filter(({ value }) => value !== conflict.value), conflict];
    }
  }
  books.conflicts.sort((a, b) => compareCandidates(b, a));
  return { books, counts };
}

const candidates = fc.array(
  fc.record({
    value: fc.constantFrom(-5, 0, 1, 2.5, 7),
    externalId: fc.constantFrom(null, '0', '10', '9', 'ä'),
    quality: fc.constantFrom(0, 1, 3),
  }),
  { minLength: 1, maxLength: 12 },
);

/** The same candidates, some twice, in any order, cut into batches. */
const orders = candidates.chain((list) =>
  fc
    .tuple(
      fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 }),
      fc.array(fc.integer({ min: 1, max: 4 })),
    )
    .map(([shuffled, cuts]) => {
      const batches: Candidate[][] = [];
      const rest = [...shuffled];
      for (const cut of cuts) batches.push(rest.splice(0, cut));
      batches.push(rest);
      return { list: [...list, ...list], batches };
    }),
);

describe('classifyKey', () => {
  it('ends with the same rows and counts whatever the order and the batches', () => {
    fc.assert(
      fc.property(orders, ({ list, batches }) => {
        expect(play(batches)).toEqual(play([list]));
      }),
    );
  });

  it('counts one new, one conflict for each further value, and the rest as duplicates', () => {
    fc.assert(
      fc.property(orders, ({ list, batches }) => {
        const values = new Set(list.map(({ value }) => value)).size;
        expect(play(batches).counts).toEqual({
          new: 1,
          conflicting: values - 1,
          duplicate: list.length - values,
        });
      }),
    );
  });

  it('lets the greatest stand and keeps every other value once', () => {
    fc.assert(
      fc.property(orders, ({ list, batches }) => {
        const { books } = play(batches);
        const greatest = list.reduce((best, each) => (compareCandidates(each, best) > 0 ? each : best));
        expect(books.standing).toEqual(greatest);
        const others = new Set(list.map(({ value }) => value));
        others.delete(greatest.value);
        expect(new Set(books.conflicts.map(({ value }) => value))).toEqual(others);
        expect(books.conflicts).toHaveLength(others.size);
      }),
    );
  });

  it('never lets a zero placeholder beat a register, not even a negative one', () => {
    const zero: Candidate = { value: 0, externalId: '9', quality: 0 };
    const register: Candidate = { value: -3, externalId: null, quality: 3 };

    expect(classifyKey([zero], { standing: register, conflicts: [] }).standing).toBe(register);
    expect(classifyKey([register], { standing: zero, conflicts: [] })).toEqual({
      verdicts: ['conflicting'],
      standing: register,
      conflicts: [zero],
    });
  });

  it('hands the standing row back untouched when nothing beats it', () => {
    const standing: Candidate = { value: 4, externalId: '2', quality: 0 };
    const repeated: Candidate = { value: 4, externalId: '10', quality: 0 };

    const result = classifyKey([repeated], { standing, conflicts: [] });

    expect(result.verdicts).toEqual(['duplicate']);
    expect(result.standing).toBe(standing);
  });

  it('takes a repetition with a greater transaction or fewer quality bits into the standing row', () => {
    const standing: Candidate = { value: 4, externalId: null, quality: 1 };
    const named: Candidate = { value: 4, externalId: '1', quality: 3 };
    const cleaner: Candidate = { value: 4, externalId: '1', quality: 0 };

    const result = classifyKey([named, cleaner], { standing, conflicts: [] });

    expect(result).toEqual({ verdicts: ['duplicate', 'duplicate'], standing: cleaner, conflicts: [] });
  });
});
