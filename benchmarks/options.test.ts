import { describe, expect, it } from 'vitest';
import { InputError } from './input-error.js';
import { parseCommand, suiteNames, USAGE, whyNotRecorded } from './options.js';

const options = (...args: string[]): unknown => {
  const command = parseCommand(args);
  return command.kind === 'run' ? command.options : command.kind;
};

describe('the command line of the benchmarks', () => {
  it('runs every suite, five rounds, when nothing is said', () => {
    expect(options()).toMatchObject({
      suites: suiteNames(),
      rounds: 5,
      quick: false,
      size: null,
      record: null,
    });
  });

  it('runs what is named, once, in the order in which it is named', () => {
    expect(options('memory', 'sink', 'memory')).toMatchObject({ suites: ['memory', 'sink'] });
  });

  it('runs one round where it need only run', () => {
    expect(options('--quick')).toMatchObject({ rounds: 1, quick: true });
    expect(options('--quick', '--rounds', '2')).toMatchObject({ rounds: 2 });
  });

  it.each([
    [['snik'], "there is no suite 'snik', did you mean sink?"],
    [['xyz'], "there is no suite 'xyz'; --help lists them"],
    [['constructor'], "there is no suite 'constructor'; --help lists them"],
    [['--roudns', '3'], "there is no option '--roudns', did you mean --rounds?"],
    [['--rounds', '0'], "--rounds is a whole number from 1 to 100, not '0'"],
    [['--rounds', '2.5'], "--rounds is a whole number from 1 to 100, not '2.5'"],
    [['--rounds', '1e2'], "--rounds is a whole number from 1 to 100, not '1e2'"],
    [['--rounds', ''], "--rounds is a whole number from 1 to 100, not ''"],
    [['query', '--size', '99999999999999999999'], '--size is a whole number from 1'],
    [['sink', '--size', '7'], '--size means nothing to sink; it does to compaction, query, growth, access'],
    [['--baseline', 'f'], '--baseline belongs to --compare'],
    [['--compare', 'main', '--baseline', 'f'], '--compare takes a commit or a --baseline, not both'],
    [['--compare', '--threshold', '-5'], 'threshold'],
    [['--compare', '--threshold', '5%'], "--threshold is a percentage from 0 to 100, not '5%'"],
    [['--compare', 'main', 'snik'], "there is no suite 'snik', did you mean sink?"],
    [['--quick', '--record'], '--record keeps figures, and --quick proves none'],
  ])('refuses %j with the way out', (args, message) => {
    expect(() => parseCommand(args)).toThrow(InputError);
    expect(() => parseCommand(args)).toThrow(message);
  });

  it('tells every suite and every option', () => {
    expect(options('--help')).toBe('help');
    for (const suite of suiteNames()) expect(USAGE).toContain(suite);
  });
});

describe('a comparison', () => {
  it.each([
    [['--compare'], { suites: suiteNames(), ref: null, baseline: null, threshold: 0.05 }],
    [['--compare', 'sink'], { suites: ['sink'], ref: null }],
    [['--compare=sink'], { suites: suiteNames(), ref: 'sink' }],
    [['memory', '--compare', 'HEAD~3'], { suites: ['memory'], ref: 'HEAD~3' }],
    [['--compare', '--baseline', 'f', '--threshold', '2.5'], { ref: null, baseline: 'f', threshold: 0.025 }],
  ])('takes %j', (args, expected) => {
    const command = parseCommand(args);
    expect(command.kind === 'compare' && command.options).toMatchObject(expected);
  });
});

describe('a run', () => {
  const full = { quick: false, rounds: 5, record: null };

  it('is kept when it is whole and committed', () => {
    expect(whyNotRecorded(full, 'abc1234', false)).toBeNull();
  });

  it('is not kept when it could not be repeated, or proves little, unless that is asked for', () => {
    expect(whyNotRecorded(full, 'abc1234+', false)).toContain('uncommitted');
    expect(whyNotRecorded({ ...full, rounds: 2 }, 'abc1234', false)).toContain('fewer than 3');
    expect(whyNotRecorded({ ...full, rounds: 1, record: true }, 'abc1234+', false)).toBeNull();
  });

  it('is never kept when it proves nothing', () => {
    expect(whyNotRecorded({ ...full, quick: true }, 'abc1234', false)).toContain('--quick');
    expect(whyNotRecorded({ ...full, record: true }, 'abc1234', true)).toContain('profile');
    expect(whyNotRecorded({ ...full, record: false }, 'abc1234', false)).toBe('--no-record');
  });
});
