import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { appendHistory, newestRuns, parseHistory, readHistory, type HistoryEntry } from './history.js';
import { repeating, summaryOf } from './summary.js';

const run = (changes: Partial<HistoryEntry> = {}): HistoryEntry => ({
  startedAt: '2026-11-27T01:00:00.000Z',
  suite: 'sink',
  command: 'npm run bench -- sink',
  commit: 'abc1234',
  rounds: 3,
  size: null,
  minutes: null,
  seconds: 60,
  machine: { cpu: 'AMD EPYC', cores: 2, memoryGiB: 24, node: 'v20.20.2', versions: { pg: '8.23.1' } },
  method: 'How.',
  figures: [
    {
      name: 'rows',
      unit: 'rows/s',
      product: [50, 60, 55],
      floor: [100, 100, 100],
      target: { of: 'ratio', atLeast: 0.5 },
    },
  ],
  ...changes,
});
const text = (...runs: HistoryEntry[]): string => runs.map((each) => `${JSON.stringify(each)}\n`).join('');

function emptyFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'meterpulse-history-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'history.ndjson');
  writeFileSync(file, '');
  return file;
}

describe('the history of measurements', () => {
  it('reads what was appended, oldest first whatever the order of the lines', () => {
    const file = emptyFile();
    const older = run({ startedAt: '2026-11-26T01:00:00.000Z' });
    appendHistory(run(), file);
    appendHistory(older, file);
    expect(readHistory(file)).toEqual([older, run()]);
  });

  it('has a line once that a merge kept twice', () => {
    expect(parseHistory(text(run(), run()), 'h')).toEqual([run()]);
  });

  it('is empty where the file is', () => {
    expect(parseHistory('', 'h')).toEqual([]);
  });

  it.each([
    ['<<<<<<< HEAD', 'h, line 2 is not JSON: <<<<<<< HEAD'],
    [text(run()).slice(0, 40), 'h, line 2 is not JSON'],
    ['{}', 'h, line 2 is no run of a suite: startedAt'],
    [
      text(run()).replace('[50,60,55]', '[50,null,55]'),
      'h, line 2 is no run of a suite: figures.0.product.1: Invalid input: expected number',
    ],
    [
      text(run()).replace('[50,60,55]', '[50,60]'),
      'h, line 2 is no run of a suite: figures.0.floor: product and floor have not the same number of rounds',
    ],
  ])('names the line that is none of its own: %s', (line, message) => {
    expect(() => parseHistory(`${text(run())}${line}\n${text(run())}`, 'h')).toThrow(message);
  });

  it('takes no figure that is no number, and stays as it was', () => {
    const file = emptyFile();
    const broken = run();
    const [figure] = broken.figures;
    expect(() =>
      appendHistory({ ...broken, figures: figure ? [{ ...figure, product: [NaN, 1, 2] }] : [] }, file),
    ).toThrow('the result of suite sink is no run of a suite: figures.0.product.0');
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('tells the newest run of each question, that of the suite’s own size first', () => {
    const own = run({ startedAt: '2026-11-20T01:00:00.000Z' });
    const small = run({ size: 1_000 });
    const large = run({ size: 9_000 });
    const outdated = run({ size: 9_000, startedAt: '2026-11-21T01:00:00.000Z' });
    expect(newestRuns([own, outdated, small, large, run({ suite: 'other' })], 'sink')).toEqual([
      own,
      large,
      small,
    ]);
  });
});

describe('the table of all figures', () => {
  it('shows the newest run of each figure with the line that repeats it', () => {
    const older = run({ startedAt: '2026-11-20T01:00:00.000Z', commit: 'old' });
    const table = summaryOf([older, run()], ['sink', 'never-ran']);
    expect(table.split('\n')).toHaveLength(3);
    expect(table).toMatch(
      /\| rows +\| 55 rows\/s +\| 100 rows\/s +\| 0\.55 \[0\.50\.\.0\.60\] +\| met: 0\.5 +\| `npm run bench -- sink --rounds 3` +\| abc1234, 2026-11-27 \|/,
    );
  });

  it('shows a figure of another size only where the suite’s own has none of its name', () => {
    const [figure] = run().figures;
    if (figure === undefined) throw new Error('a run without a figure');
    const large = run({ size: 9_000, figures: [figure, { ...figure, name: 'rows of 9000' }] });
    const lines = summaryOf([run(), large], ['sink']).split('\n').slice(2);
    expect(lines).toEqual([
      expect.stringMatching(/\| rows +\|.*`npm run bench -- sink --rounds 3` /),
      expect.stringMatching(/\| rows of 9000 +\|.*`npm run bench -- sink --rounds 3 --size 9000` /),
    ]);
  });

  it('repeats what was asked for, and nothing that is so by default', () => {
    expect(repeating(run({ rounds: 5 }))).toBe('npm run bench -- sink');
    expect(repeating(run({ rounds: 1, size: 7, minutes: 10 }))).toBe(
      'npm run bench -- sink --rounds 1 --size 7 --minutes 10',
    );
  });
});
