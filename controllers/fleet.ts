import { readFleetFigures } from '../store/read/fleet-figures.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import { ok, type Answer } from './answer.js';

/** `database` is the primary's: a standby would tell processes as silent by as much as it lags. */
export function fleetController(database: ReadDatabase) {
  return {
    show: async (): Promise<Answer> => ok(await database.read(readFleetFigures)),
  };
}
