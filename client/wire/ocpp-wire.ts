import { callError } from '../../protocol/ocpp-j.js';
import { CENTRAL_SYSTEM_ACTIONS } from '../../protocol/ocpp16/central-system-actions.js';
import { ocppUrl } from './gateway-url.js';
import { readOcppFrame } from './ocpp-frame.js';
import type { Heard, Wire } from './wire.js';

/** In CALLERRORs for frames whose id can't be read: the gateway says "-1", others say nothing or null. */
const NAMELESS = new Set(['-1', '']);

/** OCPP 1.6J on `/ocpp/{chargePointId}`. */
export const ocppWire: Wire = {
  name: 'ocpp1.6',
  subprotocol: 'ocpp1.6',
  hasCalls: true,
  url: ocppUrl,

  encode: ({ id, action, payload }) => `[2,${JSON.stringify(id)},${JSON.stringify(action)},${payload}]`,

  decode(text): readonly Heard[] {
    const frame = readOcppFrame(text);
    if (frame === null) return [{ kind: 'noise' }];
    if (frame.kind !== 'error') return [frame];
    return [{ ...frame, id: NAMELESS.has(frame.id) ? null : frame.id, path: '' }];
  },

  refuse(id, action) {
    const code = CENTRAL_SYSTEM_ACTIONS.has(action) ? 'NotSupported' : 'NotImplemented';
    return { code, frame: callError(id, code, 'this client takes no commands') };
  },

  expectsAnswer: (frame) => !/^\s*\[\s*[34]\s*,/.test(frame),
};
