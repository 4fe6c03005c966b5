import { expect, it } from 'vitest';
import type { Slice } from '../../store/rollups/slices.js';
import { SliceDiff } from './slice-changes.js';

const slice = (session: number, maxPowerW: number): Slice => ({
  seriesId: 1,
  bucketMs: 0,
  session,
  firstMs: 10,
  lastMs: 20,
  measuredWh: null,
  estimatedWh: null,
  suspectWh: null,
  maxPowerW,
  isEnded: false,
});
const computed = ({ bucketMs, session, firstMs, lastMs, maxPowerW, isEnded }: Slice) => ({
  bucketMs,
  session,
  firstMs,
  lastMs,
  energy: null,
  maxPowerW,
  isEnded,
});

it('finds the slices that came, are other, or went, and knows every session among them', () => {
  const diff = new SliceDiff([slice(1, 100), slice(2, 100), slice(3, 100)]);
  for (const each of [slice(1, 100), slice(2, 200), slice(4, 100)]) diff.computed(1, computed(each));

  expect(diff.changes()).toEqual({ added: [slice(4, 100)], changed: [slice(2, 200)], gone: [slice(3, 100)] });
  expect([...diff.sessions].sort()).toEqual([1, 2, 3, 4]);
});
