import type { Change, LiveChargePoint, LiveReading } from '../../protocol/live/change.js';
import type { FeedChanges } from '../../server/live/live-row.js';

const COMMITTED_AT = '2026-03-10T06:00:01.000Z';

export function liveReading(fields: Partial<LiveReading> = {}): LiveReading {
  return {
    chargePointId: 'CP-1',
    evseId: 0,
    connectorId: 1,
    measurand: 'Power.Active.Import',
    phase: '',
    location: 'Outlet',
    unit: 'W',
    context: 'Sample.Periodic',
    timestamp: '2026-03-10T06:00:00.000Z',
    value: 1,
    transactionId: null,
    quality: [],
    ...fields,
  };
}

export function liveChargePoint(fields: Partial<LiveChargePoint> = {}): LiveChargePoint {
  return {
    id: 'CP-1',
    label: '',
    site: '',
    status: 'active',
    createdAt: '2026-03-01T00:00:00.000Z',
    updatedAt: '2026-03-01T00:00:00.000Z',
    version: 1,
    ...fields,
  };
}

/** Without its place, which {@link feedRow} gives it. */
export type Unplaced = Change extends infer Each
  ? Each extends Change
    ? Omit<Each, 'timestamp' | 'changeId'>
    : never
  : never;

export function inserted(fields: Partial<LiveReading> = {}): Unplaced {
  return { kind: 'reading', type: 'INSERT', data: liveReading(fields) };
}

export function replaced(oldFields: Partial<LiveReading>, newFields: Partial<LiveReading>): Unplaced {
  return {
    kind: 'reading',
    type: 'UPDATE',
    oldData: liveReading(oldFields),
    newData: liveReading(newFields),
  };
}

export function edited(oldFields: Partial<LiveChargePoint>, newFields: Partial<LiveChargePoint>): Unplaced {
  return {
    kind: 'chargePoint',
    type: 'UPDATE',
    oldData: liveChargePoint(oldFields),
    newData: liveChargePoint(newFields),
  };
}

export function registered(fields: Partial<LiveChargePoint> = {}): Unplaced {
  return { kind: 'chargePoint', type: 'INSERT', data: liveChargePoint(fields) };
}

export function retired(fields: Partial<LiveChargePoint> = {}): Unplaced {
  return { kind: 'chargePoint', type: 'DELETE', data: liveChargePoint(fields) };
}

export function feedRow(position: number, ...changes: readonly Unplaced[]): FeedChanges {
  return {
    position,
    committedAtMs: Date.parse(COMMITTED_AT),
    changes: changes.map((change, index) => ({
      ...change,
      timestamp: COMMITTED_AT,
      changeId: `${position}.${index}`,
    })),
  };
}
