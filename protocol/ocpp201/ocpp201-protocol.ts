import type { ChargerProtocol } from '../charger-protocol.js';
import { MessageSchemas } from '../ocpp/message-schemas.js';
import { ocppProtocol } from '../ocpp/ocpp-protocol.js';
import type { OcppOptions, OcppVersion } from '../ocpp/ocpp-version.js';
import { ACTIONS } from './actions.js';
import { CSMS_ACTIONS } from './csms-actions.js';

export const OCPP_201: OcppVersion = {
  name: 'ocpp2.0.1',
  schemas: new MessageSchemas('v201'),
  served: ACTIONS,
  calls: CSMS_ACTIONS,
};

/** OCPP 2.0.1 over WebSocket. */
export function ocpp201Protocol(options: OcppOptions): ChargerProtocol {
  return ocppProtocol(OCPP_201, options);
}
