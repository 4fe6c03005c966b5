import { AnswerCache } from '../../controllers/answer-cache.js';
import { ChargePointFileReader } from '../../controllers/charge-point-file-reader.js';
import type { Route } from '../../routes/route.js';
import { createPool } from '../../store/pool.js';
import { ReadDatabase } from '../../store/read/read-database.js';
import { apiRoutes } from './api-routes.js';

/** Every route, to be read about and never asked: there is neither database nor log behind them. */
export function documentedRoutes(): Route[] {
  // A pool connects with its first query.
  const pool = createPool({ url: 'postgres://nowhere', max: 1, applicationName: 'documentation' });
  const log = { publish: () => Promise.resolve() };
  const cache = new AnswerCache({ maxBytes: 0 });
  return apiRoutes({
    database: new ReadDatabase(pool, { statementTimeoutMs: 1_000 }),
    pool,
    log,
    cache,
    commands: { send: () => Promise.resolve(null) },
    judge: () => undefined,
    tickets: { issue: () => Promise.reject(new Error('nobody is given a ticket here')) },
    files: new ChargePointFileReader(),
  });
}
