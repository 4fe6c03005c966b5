/** What the exit code of `meterpulse` says, and what to do about it (docs/errors.md). */
export const EXIT_CODES = {
  0: { meaning: 'done, or stopped in order by SIGTERM or SIGINT', remedy: 'Nothing.' },
  1: {
    meaning:
      'it failed, an option is wrong, figures do not add up, aggregates differed from the readings, or a replay could not settle every row; the last lines of stderr say which',
    remedy: 'Do what the line in front of the error code says, then run it again.',
  },
  2: {
    meaning:
      'a trace found what it looked for, and some of it is not stored: rejected, conflicting, waiting, or on the log',
    remedy: 'Its last lines say why, and what to do.',
  },
  3: {
    meaning: 'a trace found nothing of what it looked for',
    remedy: 'Its last lines say where it looked, and what may be behind it.',
  },
  130: {
    meaning: 'ended by Ctrl-C before it was finished, or at once by a second Ctrl-C',
    remedy:
      'Start it again: what was acknowledged is on the log. A replay goes on with the same --resume file.',
  },
  143: {
    meaning: 'a replay was ended by SIGTERM before it was finished',
    remedy: 'Start it again with the same --resume file.',
  },
} as const;
