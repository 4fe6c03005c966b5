import { z } from 'zod';
import { chargePoint } from './charge-point.js';
import { instant } from './instant.js';
import { reading } from './reading.js';

const changeId = z
  .string()
  .regex(/^[0-9]+\.[0-9]+$/)
  .describe('What to go on after.');
const timestamp = instant.describe('When it was committed.');

/** An insert or a deletion, and an update, of one kind of thing. */
const changesOf = <Kind extends string, Data extends z.ZodType>(kind: Kind, data: Data) =>
  [
    z.object({ kind: z.literal(kind), type: z.enum(['INSERT', 'DELETE']), data, timestamp, changeId }),
    z.object({
      kind: z.literal(kind),
      type: z.literal('UPDATE'),
      oldData: data,
      newData: data,
      timestamp,
      changeId,
    }),
  ] as const;

const change = z
  .union([...changesOf('reading', reading), ...changesOf('chargePoint', chargePoint)])
  .meta({ id: 'Change', description: 'A change of a reading or of a charge point, as `/live` tells it.' });

export const changePage = z
  .object({
    items: z.array(change),
    nextCursor: z
      .string()
      .describe(
        'Ask with this as `cursor` for what comes next. The one that was sent: there is nothing more yet.',
      ),
  })
  .meta({ id: 'ChangePage' });
