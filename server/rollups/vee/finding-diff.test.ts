import { describe, expect, it } from 'vitest';
import type { StoredFinding } from '../../../store/rollups/findings.js';
import type { Finding } from './finding.js';
import { FindingDiff } from './finding-diff.js';

const gap = (overrides: Partial<Finding> = {}): Finding => ({
  rule: 'gap',
  fromMs: 100,
  toMs: 200,
  evidence: { seconds: 1, missing: 2 },
  ...overrides,
});
const stored = (overrides: Partial<StoredFinding> = {}): StoredFinding => ({
  ...gap(),
  id: 1,
  seriesId: 7,
  isTouched: false,
  isWithdrawn: false,
  ...overrides,
});
const JUDGED = { rules: new Set(['gap', 'spike'] as const), fromMs: 0, toMs: 1_000, keeps: false };

function settled(before: readonly StoredFinding[], found: readonly Finding[], judged = JUDGED) {
  const diff = new FindingDiff();
  diff.know(before);
  diff.settle(7, judged, found);
  const { added, changed, gone, withdrawn } = diff;
  return { added: added.length, changed: changed.length, gone: gone.length, withdrawn: withdrawn.length };
}
const NOTHING = { added: 0, changed: 0, gone: 0, withdrawn: 0 };

describe('findings in the place of those that are stored', () => {
  it('are left as they are when they are the same, whatever the order of their evidence', () => {
    expect(settled([stored({ evidence: { missing: 2, seconds: 1 } })], [gap()])).toEqual(NOTHING);
  });

  it('are added, changed and deleted', () => {
    expect(settled([], [gap()])).toEqual({ ...NOTHING, added: 1 });
    expect(settled([stored()], [gap({ toMs: 300 })])).toEqual({ ...NOTHING, changed: 1 });
    expect(settled([stored()], [gap({ evidence: { seconds: 1, missing: 3 } })])).toEqual({
      ...NOTHING,
      changed: 1,
    });
    expect(settled([stored()], [])).toEqual({ ...NOTHING, gone: 1 });
  });

  it('are withdrawn once an operator dealt with them, and come back', () => {
    expect(settled([stored({ isTouched: true })], [])).toEqual({ ...NOTHING, withdrawn: 1 });
    expect(settled([stored({ isTouched: true, isWithdrawn: true })], [])).toEqual(NOTHING);
    expect(settled([stored({ isTouched: true, isWithdrawn: true })], [gap()])).toEqual({
      ...NOTHING,
      changed: 1,
    });
  });

  it('stay where an operator dealt with them and edits may have made them go', () => {
    const judged = { ...JUDGED, keeps: true };
    expect(settled([stored({ isTouched: true })], [], judged)).toEqual(NOTHING);
    expect(settled([stored()], [], judged)).toEqual({ ...NOTHING, gone: 1 });
  });

  it('are not judged outside of what was looked at, nor those of other rules', () => {
    expect(settled([stored({ fromMs: 1_000 })], [])).toEqual(NOTHING);
    expect(settled([stored({ rule: 'stuck' })], [])).toEqual(NOTHING);
    expect(settled([stored({ seriesId: 8 })], [])).toEqual(NOTHING);
  });
});
