import { aggregatesController } from '../../controllers/aggregates.js';
import type { AnswerCache } from '../../controllers/answer-cache.js';
import { changesController } from '../../controllers/changes.js';
import { chargePointsController } from '../../controllers/charge-points.js';
import { chargersController } from '../../controllers/chargers.js';
import type { ChargePointFileReader } from '../../controllers/charge-point-file-reader.js';
import type { CallJudge, CommandSender } from '../../controllers/command-sender.js';
import { commandsController } from '../../controllers/commands.js';
import { completenessController } from '../../controllers/completeness.js';
import { conflictsController } from '../../controllers/conflicts.js';
import { findingsController } from '../../controllers/findings.js';
import { connectionsController } from '../../controllers/connections.js';
import { editsController } from '../../controllers/edits.js';
import { energyController } from '../../controllers/energy.js';
import { estimatesController } from '../../controllers/estimates.js';
import { fleetController } from '../../controllers/fleet.js';
import { healthController } from '../../controllers/health.js';
import { importController } from '../../controllers/import-charge-points.js';
import { quarantineController } from '../../controllers/quarantine.js';
import { readingsController } from '../../controllers/readings.js';
import { redriveController } from '../../controllers/redrive.js';
import { registryController } from '../../controllers/registry.js';
import { signedValuesController } from '../../controllers/signed-values.js';
import { sessionController, type TicketOffice } from '../../controllers/session.js';
import { statsController } from '../../controllers/stats.js';
import { transactionsController } from '../../controllers/transactions.js';
import { aggregatesRoutes } from '../../routes/aggregates.js';
import { changesRoutes } from '../../routes/changes.js';
import { chargePointsRoutes } from '../../routes/charge-points.js';
import { chargersRoutes } from '../../routes/chargers.js';
import { commandsRoutes } from '../../routes/commands.js';
import { completenessRoutes } from '../../routes/completeness.js';
import { conflictsRoutes } from '../../routes/conflicts.js';
import { findingsRoutes } from '../../routes/findings.js';
import { connectionsRoutes } from '../../routes/connections.js';
import { editsRoutes } from '../../routes/edits.js';
import { energyRoutes } from '../../routes/energy.js';
import { estimatesRoutes } from '../../routes/estimates.js';
import { fleetRoutes } from '../../routes/fleet.js';
import { healthRoutes } from '../../routes/health.js';
import { quarantineRoutes } from '../../routes/quarantine.js';
import { readingsRoutes } from '../../routes/readings.js';
import type { Route } from '../../routes/route.js';
import { sessionRoutes } from '../../routes/session.js';
import { signedValuesRoutes } from '../../routes/signed-values.js';
import { statsRoutes } from '../../routes/stats.js';
import { transactionsRoutes } from '../../routes/transactions.js';
import type { Pool } from '../../store/pool.js';
import type { ReadDatabase } from '../../store/read/read-database.js';
import type { MessageLog } from '../broker/message-log.js';

export interface ApiRouteParts {
  readonly database: ReadDatabase;
  /** Where charge points are changed, and the audit of it is. */
  readonly pool: Pool;
  /** Where quarantined parts are sent again. */
  readonly log: Pick<MessageLog, 'publish'>;
  readonly cache: AnswerCache;
  readonly commands: CommandSender;
  /** Judges calls before they are queued. */
  readonly judge: CallJudge;
  readonly files: Pick<ChargePointFileReader, 'read'>;
  readonly tickets: TicketOffice;
}

/** Every route there is. */
export function apiRoutes(parts: ApiRouteParts): Route[] {
  const { database, pool, log, cache, commands, judge, files, tickets } = parts;
  return [
    ...statsRoutes(statsController(database)),
    ...fleetRoutes(fleetController(database.onPrimary())),
    ...chargePointsRoutes(
      chargePointsController(database),
      registryController(pool, database.onPrimary()),
      importController(pool, files),
    ),
    ...changesRoutes(changesController(database.onPrimary())),
    ...connectionsRoutes(connectionsController(database)),
    ...commandsRoutes(commandsController(database.onPrimary(), commands, judge)),
    ...readingsRoutes(readingsController(database)),
    ...signedValuesRoutes(signedValuesController(database)),
    ...aggregatesRoutes(aggregatesController(database, cache)),
    ...editsRoutes(editsController(pool, database)),
    ...estimatesRoutes(estimatesController(database)),
    ...energyRoutes(energyController(database, cache)),
    ...completenessRoutes(completenessController(database)),
    ...transactionsRoutes(transactionsController(database)),
    ...quarantineRoutes(quarantineController(database), redriveController(pool, database.onPrimary(), log)),
    ...conflictsRoutes(conflictsController(database)),
    ...findingsRoutes(findingsController(database)),
    ...chargersRoutes(chargersController(database)),
    ...sessionRoutes(sessionController(tickets)),
    ...healthRoutes(healthController(database)),
  ];
}
