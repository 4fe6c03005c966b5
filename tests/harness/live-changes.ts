import type { Change, LiveChargePoint, LiveReading } from '../../protocol/live/change.js';
import type { FeedChanges } from '../../server/live/live-row.js';
import { liveChargePoint, liveReading } from './live-data.js';

const COMMITTED_AT = '2026-03-10T06:00:01.000Z';

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
