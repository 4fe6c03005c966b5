import type { LiveChargePoint } from './change.js';

/** A charge point as the database gives it. */
export interface ChargePointFacts extends Omit<LiveChargePoint, 'createdAt' | 'updatedAt'> {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** As API and live feed tell it. */
export function presentChargePoint(chargePoint: ChargePointFacts) {
  const { id, label, site, status, createdAt, updatedAt, version } = chargePoint;
  return {
    id,
    label,
    site,
    status,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    version,
  } satisfies LiveChargePoint;
}
