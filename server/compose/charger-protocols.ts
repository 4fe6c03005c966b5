import type { Config } from '../../config/config.js';
import type { ChargerProtocol } from '../../protocol/charger-protocol.js';
import { ocpp16Protocol } from '../../protocol/ocpp16/ocpp16-protocol.js';
import { readingLimits } from './reading-limits.js';

/** The versions of OCPP that are spoken here, the one preferred first. */
export function ocppProtocols(config: Config): readonly ChargerProtocol[] {
  return [ocpp16Protocol({ limits: readingLimits(config) })];
}
