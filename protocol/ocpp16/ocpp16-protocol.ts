import type { ChargerProtocol } from '../charger-protocol.js';
import { MessageSchemas } from '../ocpp/message-schemas.js';
import { ocppProtocol } from '../ocpp/ocpp-protocol.js';
import type { OcppOptions, OcppVersion } from '../ocpp/ocpp-version.js';
import { ACTIONS } from './actions.js';
import { CENTRAL_SYSTEM_ACTIONS } from './central-system-actions.js';
import { plainCalls } from './plain-call.js';

const schemas = new MessageSchemas('v16');

export const OCPP_16: OcppVersion = {
  name: 'ocpp1.6',
  schemas,
  served: ACTIONS,
  calls: CENTRAL_SYSTEM_ACTIONS,
  plain: (limits) => plainCalls(schemas, limits),
};

/** OCPP 1.6 over WebSocket, with the security whitepaper's messages. */
export function ocpp16Protocol(options: OcppOptions): ChargerProtocol {
  return ocppProtocol(OCPP_16, options);
}
