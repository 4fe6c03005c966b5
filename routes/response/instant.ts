import { z } from 'zod';

/** An instant in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const instant = z.iso.datetime({ precision: 3 }).meta({ examples: ['2026-03-10T06:00:00.000Z'] });
