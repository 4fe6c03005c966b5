import { z } from 'zod';
import type { Dialect, Incoming } from './dialect.js';

const answerSchema = z.discriminatedUnion('status', [
  z.object({ id: z.string(), status: z.literal('accepted') }),
  z.object({
    // Null for a frame in which the server couldn't find one, as when it is nested too deep.
    id: z.string().nullable(),
    status: z.literal('rejected'),
    error: z.object({ code: z.string() }).optional(),
  }),
  z.object({ id: z.string(), status: z.literal('retry'), retryAfterMs: z.number().nonnegative().optional() }),
]);

/** Plain JSON on `/ingest`: one socket carries many charge points. A message's id is the row's number in the sheet. */
export const jsonDialect: Dialect = {
  name: 'json',
  subprotocol: undefined,
  window: undefined,
  socketPerChargePoint: false,

  url(base) {
    const url = new URL(base);
    if (url.pathname === '/') url.pathname = '/ingest';
    return url.href;
  },

  greeting: () => null,

  encode({ rowNumber, chargePointId, payload }) {
    const id = `row-${rowNumber}`;
    // The payload's own text: parsing and writing it anew would change numbers and repeated keys.
    const frame = `{"id":"${id}","chargePointId":${JSON.stringify(chargePointId)},"payload":${payload}}`;
    return { id, frame };
  },

  decode(text) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return [];
    }
    const answers: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
    return answers.flatMap((answer): Incoming[] => {
      const result = answerSchema.safeParse(answer);
      if (!result.success) return [];
      const { data } = result;
      switch (data.status) {
        case 'accepted':
          return [{ kind: 'accepted', id: data.id }];
        case 'rejected':
          return [rejected(data.id, data.error?.code ?? 'rejected')];
        case 'retry':
          return [{ kind: 'retry', id: data.id, afterMs: data.retryAfterMs ?? null }];
      }
    });
  },
};

function rejected(id: string | null, code: string): Incoming {
  return id === null ? { kind: 'nameless', code } : { kind: 'rejected', id, code };
}
