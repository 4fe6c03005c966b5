import type { LiveChargePoint, LiveReading } from '../../protocol/live/change.js';

const MOMENT = '2026-03-10T06:00:00.000Z';

export function liveReading(of: Partial<LiveReading> = {}): LiveReading {
  return {
    chargePointId: 'CP-1',
    evseId: 0,
    connectorId: 1,
    measurand: 'Power.Active.Import',
    phase: '',
    location: 'Outlet',
    unit: 'W',
    context: 'Sample.Periodic',
    timestamp: MOMENT,
    value: 1,
    transactionId: null,
    quality: [],
    ...of,
  };
}

export function liveChargePoint(of: Partial<LiveChargePoint> = {}): LiveChargePoint {
  return {
    id: 'CP-1',
    label: '',
    site: '',
    status: 'active',
    createdAt: MOMENT,
    updatedAt: MOMENT,
    version: 1,
    ...of,
  };
}
