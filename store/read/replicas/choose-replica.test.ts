import { describe, expect, it } from 'vitest';
import { chooseReplica } from './choose-replica.js';

const busy = { isFit: true, underWay: 3 };
const calm = { isFit: true, underWay: 1 };
const alsoCalm = { isFit: true, underWay: 1 };
const unfit = { isFit: false, underWay: 0 };
const none = new Set<typeof calm>();

describe('chooseReplica', () => {
  it('takes the fit one with the fewest reads under way', () => {
    expect(chooseReplica([busy, unfit, calm, alsoCalm], none)).toBe(calm);
  });

  it('passes those that were tried', () => {
    expect(chooseReplica([busy, calm], new Set([calm]))).toBe(busy);
  });

  it('gives none when none is left', () => {
    expect(chooseReplica([unfit, calm], new Set([calm]))).toBeUndefined();
    expect(chooseReplica([], none)).toBeUndefined();
  });
});
