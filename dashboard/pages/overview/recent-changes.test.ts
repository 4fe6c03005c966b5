import { describe, expect, it } from 'vitest';
import type { ChangeEvent } from '../../../client/live/index.js';
import type { LiveChargePoint, LiveReading } from '../../../client/live/index.js';
import { RecentChanges } from './recent-changes.js';

const reading: LiveReading = {
  chargePointId: 'CP-1',
  evseId: 0,
  connectorId: 2,
  measurand: 'Power.Active.Import',
  phase: 'L1',
  location: 'Outlet',
  unit: 'W',
  context: 'Sample.Periodic',
  timestamp: '2026-03-10T06:00:00.000Z',
  value: 11_200,
  transactionId: null,
  quality: [],
};
const chargePoint: LiveChargePoint = {
  id: 'CP-1',
  label: '',
  site: 'Depot',
  status: 'active',
  createdAt: '2026-03-10T06:00:00.000Z',
  updatedAt: '2026-03-10T06:00:00.000Z',
  version: 1,
};
const base = { id: 's1', timestamp: '2026-03-10T06:00:00.500Z' };
const inserted = (position: number): ChangeEvent => ({
  ...base,
  type: 'INSERT',
  kind: 'reading',
  changeId: `${position}.0`,
  data: reading,
});

describe('the recent changes', () => {
  it('keep the newest, newest first, and count all', () => {
    const recent = new RecentChanges(2);
    recent.add([inserted(1), inserted(2), inserted(3)]);
    recent.add([inserted(4)]);
    expect(recent.newest.map(({ key }) => key)).toEqual(['4.0', '3.0']);
    expect(recent.count).toBe(4);
  });

  it('say what was measured where', () => {
    const recent = new RecentChanges(1);
    recent.add([inserted(1)]);
    expect(recent.newest[0]).toMatchObject({
      chargePointId: 'CP-1',
      text: 'connector 2, Power.Active.Import L1 11.2 kW',
    });
  });

  it('say which fields of a charge point are others', () => {
    const recent = new RecentChanges(3);
    recent.add([
      { ...base, type: 'INSERT', kind: 'chargePoint', changeId: '1.0', data: chargePoint },
      {
        ...base,
        type: 'UPDATE',
        kind: 'chargePoint',
        changeId: '2.0',
        oldData: chargePoint,
        newData: { ...chargePoint, label: 'Gate 9', version: 2 },
      },
      { ...base, type: 'DELETE', kind: 'chargePoint', changeId: '3.0', data: chargePoint },
    ]);
    expect(recent.newest.map(({ text }) => text)).toEqual(['deleted', 'label “” → “Gate 9”', 'added']);
  });
});
