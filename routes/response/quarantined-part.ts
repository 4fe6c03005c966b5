import { z } from 'zod';
import { PROTOCOL_NAMES } from '../../protocol/envelope.js';
import { RAW_KINDS, REJECT_REASONS, type RejectReason } from '../../protocol/reject.js';
import { QUARANTINE_STATUSES } from '../../store/read/quarantine.js';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';

export const reasons = Object.keys(REJECT_REASONS) as [RejectReason, ...RejectReason[]];

export const quarantinedPart = z
  .object({
    id: z.int().positive(),
    status: z
      .enum(QUARANTINE_STATUSES)
      .describe('`resolved`: it was sent again, and something good came of it.'),
    reason: z.enum(reasons),
    detail: z.string().describe('One sentence for a person.'),
    chargePointId: z.string().nullable().describe('null: the record told none.'),
    protocol: z.enum(PROTOCOL_NAMES).nullable(),
    messageId: z.string().nullable().describe("The sender's id of the message."),
    path: z.string().describe("JSON pointer into the message's payload; empty: all of it."),
    raw: z.string().describe('What was sent; in lists at most the first 8 KiB of it.'),
    rawEncoding: z.enum(['utf8', 'base64']).describe('`base64` where the bytes are not UTF-8.'),
    rawBytes: z.int().nonnegative().describe('Length of all of it.'),
    truncated: z.boolean().describe('Whether `raw` is the beginning only.'),
    rawKind: z
      .enum(RAW_KINDS)
      .nullable()
      .describe(
        'A request of its own where the message could be read (`meterValues`, `startTransaction`, `stopTransaction`), what was judged and could not be stored (`judged`), the text of the `frame`, or of the `record` on the message log; null: not kept.',
      ),
    receivedAt: instant,
    redrivenAt: instant.nullable().describe('When it was last sent again.'),
    resolvedAt: instant.nullable(),
    source: z
      .object({ topic: z.string(), partition: z.int(), offset: z.int() })
      .describe('Where on the message log it came from.'),
  })
  .meta({
    id: 'QuarantinedPart',
    description: 'A message, or a part of one, that could not become a reading.',
    examples: [
      {
        id: 12,
        status: 'open',
        reason: 'invalid_value',
        detail: 'value is "abc"',
        chargePointId: 'CP-1',
        protocol: 'json',
        messageId: 'm7',
        path: '/meterValue/0/sampledValue/2',
        raw: '{"connectorId":1,"meterValue":[{"timestamp":"2026-03-10T06:12:00Z","sampledValue":[{"value":"abc"}]}]}',
        rawEncoding: 'utf8',
        rawBytes: 102,
        truncated: false,
        rawKind: 'meterValues',
        receivedAt: '2026-03-10T06:12:00.000Z',
        redrivenAt: null,
        resolvedAt: null,
        source: { topic: 'meter-readings', partition: 3, offset: 1041 },
      },
    ],
  });

export const quarantinePage = pageOf('QuarantinePage', quarantinedPart);
