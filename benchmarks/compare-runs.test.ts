import { describe, expect, it } from 'vitest';
import { betterOf, compareRuns, shiftText, type Comparison } from './compare-runs.js';
import type { Figure } from './figure.js';
import type { HistoryEntry } from './history.js';

const rate = (product: number[], floor: number[] | null, more: Partial<Figure> = {}): Figure => ({
  name: 'rows',
  unit: 'rows/s',
  product,
  floor,
  target: null,
  ...more,
});
const run = (day: number, figure: Figure, changes: Partial<HistoryEntry> = {}): HistoryEntry => ({
  startedAt: `2026-11-${day}T01:00:00.000Z`,
  suite: 'sink',
  command: 'npm run bench -- sink',
  commit: `c${day}`,
  rounds: figure.product.length,
  size: null,
  minutes: null,
  seconds: 60,
  machine: { cpu: 'AMD EPYC', cores: 2, memoryGiB: 24, node: 'v20.20.2', versions: { pg: '8.23.1' } },
  method: 'How.',
  figures: [{ ...figure, product: [...figure.product], floor: figure.floor && [...figure.floor] }],
  ...changes,
});
const compare = (...history: HistoryEntry[]): Comparison => {
  const [only, ...more] = compareRuns(history, ['sink'], { baseline: null, threshold: 0.05 });
  if (only === undefined || more.length > 0) throw new Error('not one comparison');
  return only;
};
const even = [100, 100, 100, 100, 100];

describe('two runs of a figure', () => {
  it('are a regression when every round is worse by more than the threshold', () => {
    const found = compare(
      run(20, rate([50, 51, 52, 49, 50], even)),
      run(21, rate([40, 41, 39, 40, 42], even)),
    );
    expect(found).toMatchObject({ isRegression: true, verdict: 'REGRESSION: slower' });
    expect(found.shift && shiftText(found.shift)).toMatch(/^-20\.\d% \[-2\d\.\d%\.\.-1\d\.\d%\]$/);
  });

  it('are slower, and no regression, below the threshold', () => {
    expect(
      compare(
        run(20, rate([50, 50.1, 50.2, 50.3, 50.4], even)),
        run(21, rate([49, 49.1, 49.2, 49.3, 49.4], even)),
      ),
    ).toMatchObject({ isRegression: false, verdict: 'slower' });
  });

  it('are compared by their ratios: a machine that was half as fast changes nothing', () => {
    const half = even.map((value) => value / 2);
    expect(
      compare(run(20, rate([50, 51, 52, 49, 50], even)), run(21, rate([25, 26, 25.5, 24.5, 25], half))),
    ).toMatchObject({
      isRegression: false,
      verdict: 'no difference that these rounds can show',
    });
  });

  it('are noise when their rounds overlap, however much the medians differ', () => {
    expect(
      compare(run(20, rate([50, 30, 60, 45, 55], even)), run(21, rate([35, 52, 28, 58, 40], even))),
    ).toMatchObject({
      isRegression: false,
      verdict: 'no difference that these rounds can show',
    });
  });

  it.each([
    [[50], [10]],
    [
      [50, 51, 52],
      [10, 11, 12],
    ],
  ])('say nothing when they are too short: %j, %j', (before, now) => {
    const found = compare(
      run(20, rate(before, even.slice(0, before.length))),
      run(21, rate(now, even.slice(0, now.length))),
    );
    expect(found).toMatchObject({ isRegression: false, verdict: 'too few rounds to say' });
    expect(found.shift && shiftText(found.shift)).toMatch(/^-\d+\.\d%$/);
  });

  it('are faster when what should be low is lower, and smaller when it is a size', () => {
    const less = [10, 11, 12, 10, 11];
    expect(
      compare(run(20, rate(even, null, { unit: 'ms' })), run(21, rate(less, null, { unit: 'ms' }))),
    ).toMatchObject({
      verdict: 'faster; without a floor',
    });
    expect(
      compare(run(20, rate(even, even, { unit: 'KB' })), run(21, rate(less, even, { unit: 'KB' }))),
    ).toMatchObject({
      verdict: 'smaller',
    });
  });

  it('without a floor are compared on the same machine alone', () => {
    const other = { ...run(20, rate(even, null)).machine, node: 'v22.0.0' };
    expect(
      compare(run(20, rate(even, null)), run(21, rate([1, 2, 3, 4, 5], null), { machine: other })),
    ).toMatchObject({
      isRegression: false,
      shift: null,
      verdict: 'not compared: without a floor, and node was v20.20.2 and is v22.0.0',
    });
  });

  it('with a floor are compared across machines, and it is said', () => {
    const other = { ...run(20, rate(even, even)).machine, cores: 8 };
    expect(
      compare(run(20, rate(even, even)), run(21, rate(even, even), { machine: other, method: 'Else.' })),
    ).toMatchObject({
      verdict:
        'no difference that these rounds can show; cores was 2 and is 8; its method is told differently',
    });
  });

  it('are no regression where nothing tells which way is better', () => {
    expect(
      compare(run(20, rate(even, even, { unit: 'x' })), run(21, rate([1, 2, 3, 4, 5], even, { unit: 'x' }))),
    ).toMatchObject({
      isRegression: false,
      verdict: 'lower',
    });
  });

  it('are not compared when a round measured nothing', () => {
    expect(compare(run(20, rate([1, 2, 3, 4, 0], even)), run(21, rate(even, even)))).toMatchObject({
      verdict: 'not compared: a round measured nothing',
    });
  });
});

describe('the run before', () => {
  const one = rate([50, 51, 52, 49, 50], even);

  it('is the last one of the same question that has the figure', () => {
    const found = compare(
      run(20, one),
      run(21, rate(one.product as number[], even, { name: 'another' })),
      run(22, one, { suite: 'memory' }),
      run(23, one),
    );
    expect(found.before).toContain('c20');
    expect(found.now).toContain('c23');
  });

  it('is never one of another size', () => {
    const found = compareRuns([run(20, one, { size: 9 }), run(21, one)], ['sink'], {
      baseline: null,
      threshold: 0.05,
    });
    expect(found.map(({ verdict }) => verdict)).toEqual(['no earlier run', 'no earlier run']);
  });

  it('comes from the baseline where there is one', () => {
    const baseline = [run(10, one), run(11, one)];
    const [found] = compareRuns([run(20, one), run(21, one)], ['sink'], { baseline, threshold: 0.05 });
    expect(found?.before).toContain('c11');
  });

  it('may be missing', () => {
    expect(compare(run(20, one))).toMatchObject({
      before: null,
      verdict: 'no earlier run',
      isRegression: false,
    });
  });
});

describe('the better way', () => {
  it.each([
    [rate(even, null), 'higher'],
    [rate(even, null, { unit: 'connects/s', target: { of: 'product', atMost: 3 } }), 'lower'],
    [rate(even, null, { unit: 'x', target: { of: 'product', atLeast: 3 } }), 'higher'],
    [rate(even, null, { unit: 'x', target: { of: 'product', atLeast: 3, atMost: 4 } }), null],
    [rate(even, null, { unit: 'µs' }), 'lower'],
    [rate(even, null, { unit: 'KB', better: 'higher' }), 'higher'],
  ])('%# is known by the figure, its target or its unit', (figure, better) => {
    expect(betterOf(figure)).toBe(better);
  });
});
