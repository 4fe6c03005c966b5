import { SERIES_KEY } from '../protocol/live/present-reading.js';
import {
  estimatesCursor,
  type EstimatesCursor,
  type EstimatesQuery,
} from '../routes/query/estimates-query.js';
import { readEstimates, type EstimateRow } from '../store/read/estimates.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import { answerList } from './list.js';

const COLUMNS = [...SERIES_KEY, 'from', 'to', 'fromValue', 'toValue', 'energy', 'method', 'version'];

export function estimatesController(database: ReadDatabase) {
  return answerList<EstimatesQuery, EstimateRow, EstimatesCursor>(database, {
    columns: COLUMNS,
    read: (run, query, { sites, after, limit }) =>
      readEstimates(run, {
        chargePointIds: query.chargePointId,
        measurand: query.measurand,
        sites,
        fromMs: query.from,
        toMs: query.to,
        before: after && { toMs: after[0], seriesId: after[1] },
        limit,
      }),
    present: presentEstimate,
    keyOf: ({ to, seriesId }) => [to.getTime(), seriesId],
    cursorOf: estimatesCursor,
  });
}

function presentEstimate(row: EstimateRow) {
  return {
    chargePointId: row.chargePointId,
    evseId: row.evseId,
    connectorId: row.connectorId,
    measurand: row.measurand,
    phase: row.phase,
    location: row.location,
    unit: row.unit,
    from: row.from.toISOString(),
    to: row.to.toISOString(),
    fromValue: row.fromValue,
    toValue: row.toValue,
    energy: row.energy,
    method: row.method,
    version: row.version,
  };
}
