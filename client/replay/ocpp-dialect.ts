import { z } from 'zod';
import type { Dialect, Incoming } from './dialect.js';

/** What the server may get over by itself; any other error code means that the row will never be taken. */
const PASSING = new Set(['InternalError', 'GenericError']);
const GREETING = 'boot';

const callSchema = z.tuple([z.literal(2), z.string(), z.string()], z.unknown());
const resultSchema = z.tuple([z.literal(3), z.string(), z.record(z.string(), z.unknown())], z.unknown());
const errorSchema = z.tuple([z.literal(4), z.string(), z.string()], z.unknown());
const bootSchema = z.object({ status: z.string(), interval: z.number().nonnegative().catch(10) });
const detailsSchema = z.object({ retryAfterMs: z.number().nonnegative() });

/** OCPP 1.6J on `/ocpp/{chargePointId}`: each charge point has its socket, boots, and has one CALL outstanding. */
export const ocppDialect: Dialect = {
  name: 'ocpp1.6',
  subprotocol: 'ocpp1.6',
  window: 1,
  socketPerChargePoint: true,

  url(base, chargePointId) {
    const url = new URL(base);
    // An id may hold half a surrogate pair, which can't be encoded: it goes as U+FFFD.
    const id = encodeURIComponent(Buffer.from(chargePointId).toString());
    url.pathname = `${url.pathname === '/' ? '/ocpp' : url.pathname.replace(/\/$/, '')}/${id}`;
    return url.href;
  },

  greeting: (attempt) =>
    `[2,"${GREETING}-${attempt}","BootNotification",{"chargePointVendor":"meterpulse","chargePointModel":"replay"}]`,

  encode({ rowNumber, payload }, attempt) {
    const id = attempt === 1 ? `row-${rowNumber}` : `row-${rowNumber}.${attempt}`;
    return { id, frame: `[2,"${id}","MeterValues",${payload}]` };
  },

  decode(text) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return [];
    }
    const call = callSchema.safeParse(parsed);
    if (call.success) return [refuse(call.data[1])];
    const result = resultSchema.safeParse(parsed);
    if (result.success) {
      const [, id, payload] = result.data;
      return [id.startsWith(GREETING) ? booted(payload) : { kind: 'accepted', id }];
    }
    const error = errorSchema.safeParse(parsed);
    if (!error.success) return [];
    const [, id, code, , details] = error.data as [4, string, string, unknown, unknown];
    if (id.startsWith(GREETING)) return [{ kind: 'greetAgain', afterMs: 1_000 }];
    if (!PASSING.has(code)) return [{ kind: 'rejected', id, code }];
    return [{ kind: 'retry', id, afterMs: detailsSchema.safeParse(details).data?.retryAfterMs ?? null }];
  },
};

function booted(payload: Readonly<Record<string, unknown>>): Incoming {
  const boot = bootSchema.safeParse(payload).data;
  if (boot?.status === 'Accepted') return { kind: 'ready' };
  return { kind: 'greetAgain', afterMs: (boot?.interval ?? 10) * 1_000 };
}

/** A replay can do nothing that a central system may ask of a charge point. */
function refuse(id: string): Incoming {
  return { kind: 'reply', text: JSON.stringify([4, id, 'NotImplemented', 'a replay takes no commands', {}]) };
}
