import { chargePointsController } from '../../controllers/charge-points.js';
import { conflictsController } from '../../controllers/conflicts.js';
import { healthController } from '../../controllers/health.js';
import { quarantineController } from '../../controllers/quarantine.js';
import { readingsController } from '../../controllers/readings.js';
import { statsController } from '../../controllers/stats.js';
import { chargePointsRoutes } from '../../routes/charge-points.js';
import { conflictsRoutes } from '../../routes/conflicts.js';
import { healthRoutes } from '../../routes/health.js';
import { quarantineRoutes } from '../../routes/quarantine.js';
import { readingsRoutes } from '../../routes/readings.js';
import type { Route } from '../../routes/route.js';
import { statsRoutes } from '../../routes/stats.js';
import type { ReadDatabase } from '../../store/read/read-database.js';

/** Every route there is. */
export function apiRoutes(database: ReadDatabase): Route[] {
  return [
    ...statsRoutes(statsController(database)),
    ...chargePointsRoutes(chargePointsController(database)),
    ...readingsRoutes(readingsController(database)),
    ...quarantineRoutes(quarantineController(database)),
    ...conflictsRoutes(conflictsController(database)),
    ...healthRoutes(healthController(database)),
  ];
}
