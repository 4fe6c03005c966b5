import { z } from 'zod';
import { isJsonText } from '../../protocol/is-json-text.js';
import { ocppUrl } from '../wire/gateway-url.js';
import { readOcppFrame } from '../wire/ocpp-frame.js';
import type { Dialect, Incoming } from './dialect.js';

const GREETING = 'boot';

const bootSchema = z.object({ status: z.string(), interval: z.number().nonnegative().catch(10) });

/** OCPP 1.6J on `/ocpp/{chargePointId}`: each charge point has its socket, boots, and has one CALL outstanding. */
export const ocppDialect: Dialect = {
  name: 'ocpp1.6',
  subprotocol: 'ocpp1.6',
  window: 1,
  socketPerChargePoint: true,

  // A URL path can't end in these: they are taken for a step, percent-encoded or not.
  canAddress: (chargePointId) => !/^\.{1,2}$/.test(chargePointId),

  url: ocppUrl,

  greeting: (attempt) =>
    `[2,"${GREETING}-${attempt}","BootNotification",{"chargePointVendor":"meterpulse","chargePointModel":"replay"}]`,

  encode({ id: first, payload, isJson }, attempt) {
    const id = attempt === 1 ? first : `${first}.${attempt}`;
    const begin = `[2,"${id}","MeterValues",${payload}`;
    // `{},{}` would make a good frame, of which the server reads the first half: without its end it is as broken as the cell.
    return { id, frame: !isJson && isJsonText(`${begin}]`) ? begin : `${begin}]` };
  },

  decode(text) {
    const frame = readOcppFrame(text);
    switch (frame?.kind) {
      case undefined:
        return [];
      case 'call':
        return [refuse(frame.id)];
      case 'result':
        return [frame.id.startsWith(GREETING) ? booted(frame.payload) : { kind: 'accepted', id: frame.id }];
      case 'error': {
        const { id, code, description: reason, passing, retryAfterMs } = frame;
        if (id.startsWith(GREETING)) return [{ kind: 'greetAgain', afterMs: 1_000 }];
        return [
          passing ? { kind: 'retry', id, afterMs: retryAfterMs } : { kind: 'rejected', id, code, reason },
        ];
      }
    }
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
