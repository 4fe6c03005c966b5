import type { Config } from '../../config/config.js';
import type { ChargerProtocol } from '../../protocol/charger-protocol.js';
import { ocpp16Protocol } from '../../protocol/ocpp16/ocpp16-protocol.js';
import { ocpp201Protocol } from '../../protocol/ocpp201/ocpp201-protocol.js';
import { readingLimits } from './reading-limits.js';

/** The versions of OCPP that are spoken here. A charge point that offers both gets the one it names first. */
export function ocppProtocols(config: Config): readonly ChargerProtocol[] {
  const limits = readingLimits(config);
  return [ocpp201Protocol({ limits }), ocpp16Protocol({ limits })];
}
