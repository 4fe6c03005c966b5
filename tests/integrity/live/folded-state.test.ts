import { describe, expect, it } from 'vitest';
import type { LiveReading } from '../../../protocol/live/change.js';
import { FoldedState } from './folded-state.js';

const reading = (value: number): LiveReading => ({
  ...{ chargePointId: 'CP-1', evseId: 0, connectorId: 1, measurand: 'SoC', phase: '', location: 'Outlet' },
  ...{ unit: 'Percent', context: 'Sample.Periodic', timestamp: '2026-03-10T06:00:00.000Z' },
  ...{ value, transactionId: null, quality: [] },
});
const told = (changeId: string) =>
  ({ kind: 'reading', changeId, timestamp: '2026-03-10T06:00:01.000Z' }) as const;

function began(): FoldedState {
  const state = new FoldedState();
  state.initialData({ type: 'INITIAL_DATA', id: 's', data: [], isLast: true, timestamp: '', changeId: '5' });
  return state;
}

describe('what a subscriber folds', () => {
  it('has nothing against changes that fit', () => {
    const state = began();
    state.change({ ...told('6.0'), type: 'INSERT', data: reading(1) });
    state.change({ ...told('6.1'), type: 'UPDATE', oldData: reading(1), newData: reading(2) });
    expect(state.faults).toEqual([]);
    expect([...state.readings.values()]).toEqual(['2 in no session, good']);
  });

  it.each([
    ['a change that comes twice', '6.0', reading(1), /6\.0 after 6\.0/],
    ['a change of before the snapshot', '5.3', reading(1), /5\.3 after 6\.0/],
    ['a key that is inserted twice', '7.0', reading(1), /7\.0 inserts .* twice/],
  ])('notices %s', (_what, changeId, data, fault) => {
    const state = began();
    state.change({ ...told('6.0'), type: 'INSERT', data: reading(1) });
    state.change({ ...told(changeId), type: 'INSERT', data });
    expect(state.faults).toContainEqual(expect.stringMatching(fault));
  });

  it('notices an update that was missed, by what the next one replaces', () => {
    const state = began();
    state.change({ ...told('6.0'), type: 'INSERT', data: reading(1) });
    state.change({ ...told('8.0'), type: 'UPDATE', oldData: reading(2), newData: reading(3) });
    expect(state.faults).toEqual([expect.stringContaining('as 2 in no session, good, known as 1')]);
  });

  it('notices changes in the midst of a snapshot, and parts of two', () => {
    const state = new FoldedState();
    const part = { type: 'INITIAL_DATA', id: 's', data: [], isLast: false, timestamp: '' } as const;
    state.initialData({ ...part, changeId: '5' });
    state.initialData({ ...part, changeId: '6' });
    state.change({ ...told('7.0'), type: 'INSERT', data: reading(1) });
    expect(state.faults).toEqual([
      'parts of one snapshot as of 5 and 6',
      '7.0 in the midst of a snapshot',
      '7.0 before anything it could follow',
    ]);
  });
});
