import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  BUCKET_MS,
  computeRollups,
  type BucketRow,
  type SeriesWindow,
  type WindowReading,
} from './compute-rollups.js';
import type { Semantics } from './energy/semantics.js';
import { REACH } from './neighbourhood.js';

/*
 * A pass computes the buckets that a change reaches from the readings that they depend on, both counted in samples. Here each bucket
 * holds one reading at most, so that not one sample more than that is looked at.
 */
const LENGTH = 30;
/** ORACLE_RUNS and ORACLE_SEED look further than every build does. */
const RUNS = Number(process.env.ORACLE_RUNS ?? 200);

const reading = fc.record({
  // Leaps of several buckets are gaps: what is usual changes with the readings around.
  after: fc.constantFrom(0, 0, 0, 1, 3, 12),
  value: fc.constantFrom(100, 150, 200, 300, 400, 5_000, 9_999_900, 9_000_000),
  // As many as may be placeholders, and one more.
  zeros: fc.constantFrom(0, 0, 1, 2, 2, 2, 3),
  class: fc.constantFrom(
    'sample' as const,
    'sample' as const,
    'sample' as const,
    'sample' as const,
    'clock' as const,
    'boundary' as const,
  ),
  session: fc.constantFrom(null, null, null, 1, 2),
  edit: fc.constantFrom(
    null,
    null,
    null,
    null,
    { origin: 'read' as const, isConfirmed: true },
    { origin: 'replaced' as const, isConfirmed: false },
    { origin: 'inserted' as const, isConfirmed: true },
  ),
});

const semantics: fc.Arbitrary<Semantics> = fc.record({
  kind: fc.constantFrom('lifetime' as const, 'session' as const),
  ignoresClock: fc.boolean(),
  ignoresBoundary: fc.boolean(),
});

const readings = fc.array(reading, { minLength: LENGTH, maxLength: LENGTH }).map((all): WindowReading[] => {
  let bucket = 0;
  return all.map(({ after, ...each }) => {
    bucket += after;
    return { ...each, ms: bucket * BUCKET_MS + 1, rank: 0, isEnd: false, receivedMs: 0 };
  });
});

function computed(window: Pick<SeriesWindow, 'semantics' | 'readings' | 'fromMs' | 'toMs'>) {
  return computeRollups({
    ...window,
    measurand: 'Energy.Active.Import.Register',
    unit: 'Wh',
    conflictsMs: [],
  });
}

const rows = ({ buckets, slices, evidence }: ReturnType<typeof computed>) =>
  new Map<string, unknown>([
    ...buckets.map((each) => [`bucket ${each.bucketMs}`, each] as const),
    ...slices.map((each) => [`slice ${each.bucketMs} ${each.session}`, each] as const),
    ...[...evidence].map(([bucketMs, each]) => [`evidence ${bucketMs}`, each] as const),
  ]);

const timeOf = (key: string): number => Number(key.split(' ')[1]);

/** As the store finds it: by samples that energy came from; where they end, by all others. */
function farthest(side: readonly BucketRow[], reach: number): number | undefined {
  const counting = side.filter(({ energySamples }) => energySamples > 0);
  const last = counting.at(-1);
  const rest = side.slice(last === undefined ? 0 : side.indexOf(last) + 1).filter(({ count }) => count > 0);
  return (counting[reach - 1] ?? rest[reach - 1] ?? rest.at(-1) ?? last)?.bucketMs;
}

it('a change reaches no farther than a pass looks', { timeout: 30_000 + RUNS * 50 }, () => {
  const late = fc.nat({ max: 3 * LENGTH });
  fc.assert(
    fc.property(readings, late, semantics, (all, place, semantics) => {
      const index = place % all.length;
      const whole = { semantics, fromMs: 0, toMs: 2 ** 45 };
      const known = all.filter((_, at) => at !== index);
      const before = computed({ ...whole, readings: known });
      const after = rows(computed({ ...whole, readings: all }));

      const changed = all[index]?.ms ?? 0;
      const buckets = [...before.buckets].sort((a, b) => a.bucketMs - b.bucketMs);
      const left = buckets.filter(({ bucketMs }) => bucketMs < changed - 1).reverse();
      const right = buckets.filter(({ bucketMs }) => bucketMs > changed);
      const within = (reach: number) => ({
        fromMs: farthest(left, reach) ?? changed - 1,
        toMs: (farthest(right, reach) ?? changed - 1) + BUCKET_MS,
      });
      const inner = within(REACH.changes);
      const outer = within(REACH.changes + REACH.depends);
      const read = all.filter(({ ms }) => ms >= outer.fromMs && ms < outer.toMs);
      const pass = rows(computed({ semantics, ...inner, readings: read }));

      const kept = [...rows(before)].filter(
        ([key]) => timeOf(key) < inner.fromMs || timeOf(key) >= inner.toMs,
      );
      expect(new Map([...kept, ...pass].sort())).toEqual(new Map([...after].sort()));
    }),
    { numRuns: RUNS, seed: Number(process.env.ORACLE_SEED ?? 20_260_310) },
  );
});
