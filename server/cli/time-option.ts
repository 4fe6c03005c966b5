import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

const times = z.union([z.iso.datetime({ offset: true, local: true }), z.iso.date()]);

/** A time of a command line, UTC unless it says, in ms since 1970 UTC. */
export function timeOption(text: string): number {
  const parsed = times.safeParse(text);
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T');
  const ms = parsed.success ? Date.parse(hasZone ? text : `${text}Z`) : NaN;
  if (Number.isNaN(ms)) {
    throw new InvalidArgumentError('Expected an ISO 8601 time such as 2026-01-31T12:00:00Z, or a date.');
  }
  return ms;
}
