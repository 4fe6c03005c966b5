import { z } from 'zod';
import { replayOptionsSchema } from '../../client/replay/options.js';
import {
  credentialFilesShape,
  ownCertificatesRule,
  ownCertificatesShape,
} from '../../client/transport/credential-files.js';
import { dayBegin, dayNumber } from '../../Files/charging-day.js';

const wholeNumber = (low: number, high: number) => {
  const expected = `a whole number from ${low} to ${high}`;
  return z.coerce.number(expected).int(expected).min(low, expected).max(high, expected);
};

/** As a command line gives them: text, or nothing. */
export const seedOptionsSchema = z
  .strictObject({
    /** Charging days, which go from 04:00 to 04:00 UTC. */
    days: wholeNumber(1, 366).default(30),
    /** The last of them has ended by then. */
    until: z.iso
      .date('a date like 2026-03-31')
      .transform((date) => new Date(dayBegin(dayNumber(Date.parse(`${date}T12:00:00Z`)))))
      .default(() => new Date()),
    chargePoints: wholeNumber(1, 999).default(20),
    /** Seconds between the samples of a session. */
    interval: wholeNumber(10, 3_600).default(120),
    url: replayOptionsSchema.shape.url,
    protocol: replayOptionsSchema.shape.protocol,
    ...credentialFilesShape,
    ...ownCertificatesShape,
    json: z.boolean().default(false),
  })
  .refine(ownCertificatesRule.holds, ownCertificatesRule.problem);

export type SeedOptions = z.infer<typeof seedOptionsSchema>;
