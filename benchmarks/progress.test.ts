import { describe, expect, it } from 'vitest';
import { duration, Progress } from './progress.js';

function progress(expectedSeconds: number | null): {
  lines: string[];
  tell: Progress['tell'];
  pass: (s: number) => void;
} {
  const lines: string[] = [];
  let now = 5_000;
  const told = new Progress(
    (line) => lines.push(line),
    expectedSeconds,
    () => now,
  );
  return {
    lines,
    tell: (text, done) => told.tell(text, done),
    pass: (seconds) => void (now += seconds * 1_000),
  };
}

describe('progress of a suite', () => {
  it('goes by the share that is done', () => {
    const { lines, tell, pass } = progress(1_000);
    pass(30);
    tell('round 1/3', 1 / 3);
    pass(60);
    tell('round 3/3', 1);
    expect(lines).toEqual(['0:30 round 1/3 (about 1:00 left)', '1:30 round 3/3']);
  });

  it('goes by the last run where the suite does not know', () => {
    const { lines, tell, pass } = progress(100);
    pass(40);
    tell('a step');
    pass(70);
    tell('another');
    expect(lines).toEqual(['0:40 a step (about 1:00 left)', '1:50 another (longer than the last time)']);
  });

  it('promises nothing where nothing is known', () => {
    const { lines, tell } = progress(null);
    tell('a step');
    tell('nothing is done', 0);
    expect(lines).toEqual(['0:00 a step', '0:00 nothing is done']);
  });

  it('counts hours where there are any', () => {
    expect([59.6, 3_599, 7_384].map(duration)).toEqual(['1:00', '59:59', '2:03:04']);
  });
});
