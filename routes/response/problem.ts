import { z } from 'zod';

export const problemBody = z
  .object({
    type: z.string().regex(/^urn:meterpulse:problem:[a-z-]+$/),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What is wrong this time, and what to do about it.'),
    instance: z.string().describe('Path of the request.'),
    errors: z
      .array(z.object({ parameter: z.string(), message: z.string() }))
      .optional()
      .describe('Each field at fault.'),
    rowErrors: z
      .array(z.object({ row: z.int().min(0), column: z.string(), message: z.string() }))
      .optional()
      .describe('Cells of a file that are at fault, the first hundred; rows as a spreadsheet counts them.'),
    currentVersion: z.int().positive().optional().describe('The version that `If-Match` did not name.'),
  })
  .meta({
    id: 'Problem',
    description: 'Why a request was not answered (RFC 9457).',
    examples: [
      {
        type: 'urn:meterpulse:problem:invalid-parameters',
        status: 400,
        title: 'Invalid parameters',
        detail: 'limit: expected a whole number from 1 to 1000',
        errors: [{ parameter: 'limit', message: 'expected a whole number from 1 to 1000' }],
        instance: '/v1/readings',
      },
    ],
  });
