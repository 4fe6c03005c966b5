import type { ProtocolName } from '../../protocol/envelope.js';
import { callError, callResult } from '../../protocol/ocpp-j.js';
import { CENTRAL_SYSTEM_ACTIONS } from '../../protocol/ocpp16/central-system-actions.js';
import { CSMS_ACTIONS } from '../../protocol/ocpp201/csms-actions.js';
import { ocppUrl } from './gateway-url.js';
import { readOcppFrame } from './ocpp-frame.js';
import type { Heard, Wire } from './wire.js';

/** In CALLERRORs for frames whose id can't be read: the gateway says "-1", others say nothing or null. */
const NAMELESS = new Set(['-1', '']);

/** OCPP-J on `/ocpp/{chargePointId}`. `actions`: what a server of this version calls. */
function ocppJ(name: Extract<ProtocolName, `ocpp${string}`>, actions: ReadonlySet<string>): Wire {
  return {
    name,
    subprotocol: name,
    hasCalls: true,
    url: ocppUrl,

    encode: ({ id, action, payload }) => `[2,${JSON.stringify(id)},${JSON.stringify(action)},${payload}]`,

    decode(text): readonly Heard[] {
      const frame = readOcppFrame(text);
      if (frame === null) return [{ kind: 'noise' }];
      if (frame.kind !== 'error') return [frame];
      return [{ ...frame, id: NAMELESS.has(frame.id) ? null : frame.id, path: '' }];
    },

    answer: (id, payload) => callResult(id, payload),

    refuse(id, action) {
      const code = actions.has(action) ? 'NotSupported' : 'NotImplemented';
      return { code, frame: callError(id, code, 'this client does not serve it') };
    },

    expectsAnswer: (frame) => !/^\s*\[\s*[34]\s*,/.test(frame),
  };
}

export const ocppWire = ocppJ('ocpp1.6', CENTRAL_SYSTEM_ACTIONS);
export const ocpp201Wire = ocppJ('ocpp2.0.1', CSMS_ACTIONS);
