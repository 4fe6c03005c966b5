import { z } from 'zod';
import { QUARANTINE_STATUSES } from '../../store/read/quarantine.js';

const part = {
  id: z.int().positive(),
  status: z.enum(QUARANTINE_STATUSES).describe('Before: the worker settles it when it has read the part.'),
};

export const redrivenPart = z
  .object({ ...part, redriven: z.boolean().describe('Whether it was sent again by this request.') })
  .meta({
    id: 'RedrivenPart',
    examples: [{ id: 12, status: 'open', redriven: true }],
  });

export const redriven = z
  .object({
    redriven: z.int().nonnegative().describe('Parts that the message log has again.'),
    skipped: z
      .array(z.object({ id: z.int().positive(), detail: z.string().describe('Why.') }))
      .describe('Parts that were not sent again.'),
    nextCursor: z
      .string()
      .nullable()
      .describe('Repeat the request with this as `cursor` in the body to go on; null: all were looked at.'),
  })
  .meta({
    id: 'Redriven',
    description: 'What became of a request to send quarantined parts again.',
    examples: [
      {
        redriven: 118,
        skipped: [{ id: 12, detail: 'what was kept is not JSON' }],
        nextCursor: null,
      },
    ],
  });
