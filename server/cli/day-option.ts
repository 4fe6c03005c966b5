import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

/** A UTC day of a command line, as it is written. */
export function dayOption(text: string): string {
  if (!z.iso.date().safeParse(text).success)
    throw new InvalidArgumentError('Expected a day such as 2026-03-01.');
  return text;
}
