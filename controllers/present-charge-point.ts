import { presentChargePoint } from '../protocol/live/present-charge-point.js';
import type { ListedChargePoint } from '../store/read/charge-points.js';

/** Fields of a charge point, in the order of CSV's columns. */
export const CHARGE_POINT_COLUMNS = ['id', 'label', 'site', 'status', 'createdAt', 'updatedAt', 'version'];
export const CONNECTION_COLUMNS = ['connection.connected', 'connection.since'];

/** With its connection; null: it has never connected. */
export function presentConnectedChargePoint(row: ListedChargePoint) {
  const { connected, since } = row;
  return {
    ...presentChargePoint(row),
    connection: connected === null || since === null ? null : { connected, since: since.toISOString() },
  };
}
