import type { LiveChargePoint, LiveReading } from '../../protocol/live/change.js';
import { liveChargePoint, liveReading } from './live-data.js';

const TIMESTAMP = '2026-03-10T06:00:00.000Z';

/** Messages of the server to the subscription `id`. */
export const live = (id: string, changeId: string) =>
  ({ type: 'STATUS', id, state: 'live', timestamp: TIMESTAMP, changeId }) as const;

export const initial = (id: string, changeId: string, data: readonly object[] = [], isLast = true) =>
  ({ type: 'INITIAL_DATA', id, data, isLast, timestamp: TIMESTAMP, changeId }) as const;

export const inserted = (id: string, changeId: string, data: LiveReading = liveReading()) =>
  ({ type: 'INSERT', id, kind: 'reading', data, timestamp: TIMESTAMP, changeId }) as const;

export const registered = (id: string, changeId: string, data: LiveChargePoint = liveChargePoint()) =>
  ({ type: 'INSERT', id, kind: 'chargePoint', data, timestamp: TIMESTAMP, changeId }) as const;

export const retired = (id: string, changeId: string, data: LiveChargePoint = liveChargePoint()) =>
  ({ type: 'DELETE', id, kind: 'chargePoint', data, timestamp: TIMESTAMP, changeId }) as const;

export const edited = (id: string, changeId: string, oldData: object, newData: object) =>
  ({ type: 'UPDATE', id, kind: 'chargePoint', oldData, newData, timestamp: TIMESTAMP, changeId }) as const;

export const corrected = (id: string, changeId: string, oldData: object, newData: object) =>
  ({ type: 'UPDATE', id, kind: 'reading', oldData, newData, timestamp: TIMESTAMP, changeId }) as const;

export const resync = (id: string, reason = 'expired') =>
  ({ type: 'RESYNC', id, reason, timestamp: TIMESTAMP }) as const;

export const lagging = (id: string, changeId: string, skipped = 3) =>
  ({ type: 'LAGGING', id, skipped, timestamp: TIMESTAMP, changeId }) as const;

export const refused = (id: string | null, code: string, path?: string) =>
  ({ type: 'ERROR', id, error: { code, message: `it is ${code}`, path }, timestamp: TIMESTAMP }) as const;
