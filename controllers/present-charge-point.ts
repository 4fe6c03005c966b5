import type { ChargePoint, ListedChargePoint } from '../store/read/charge-points.js';

/** Fields of a charge point, in the order of CSV's columns. */
export const CHARGE_POINT_COLUMNS = ['id', 'label', 'site', 'status', 'createdAt', 'updatedAt', 'version'];
export const CONNECTION_COLUMNS = ['connection.connected', 'connection.since'];

export function presentChargePoint(chargePoint: ChargePoint) {
  const { id, label, site, status, createdAt, updatedAt, version } = chargePoint;
  return {
    id,
    label,
    site,
    status,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    version,
  };
}

/** With its connection; null: it has never connected. */
export function presentConnectedChargePoint(row: ListedChargePoint) {
  const { connected, since } = row;
  return {
    ...presentChargePoint(row),
    connection: connected === null || since === null ? null : { connected, since: since.toISOString() },
  };
}
