import { describe, expect, it } from 'vitest';
import { judgeReplica, type ReplicaAnswer } from './verdict.js';

const standby: ReplicaAnswer = { isStandby: true, replayed: 10n, systemId: '7' };
const primary = { systemId: '7', lagMs: 100, watchedMs: 60_000 };

describe('a replica', () => {
  it('is fit up to the limit of its lag', () => {
    expect(judgeReplica(standby, { ...primary, lagMs: 5_000 }, 5_000)).toEqual({ fit: true, lagMs: 5_000 });
    expect(judgeReplica(standby, { ...primary, lagMs: 5_001 }, 5_000)).toMatchObject({
      fit: false,
      why: 'behind',
      detail: 'it is 5001 ms behind, the limit is 5000 ms',
      lagMs: 5_001,
    });
  });

  it('is unfit while too little is known to tell its lag', () => {
    const unknown = { ...primary, lagMs: Infinity };
    expect(judgeReplica(standby, { ...unknown, watchedMs: 5_000 }, 5_000)).toMatchObject({ why: 'unknown' });
    expect(judgeReplica(standby, { ...unknown, watchedMs: 5_001 }, 5_000)).toMatchObject({
      why: 'behind',
      detail: 'it is more than 5001 ms behind, the limit is 5000 ms',
    });
  });

  it('is unfit when it is a primary, be it the very one', () => {
    const answer = { ...standby, isStandby: false, replayed: null };
    expect(judgeReplica(answer, primary, 5_000)).toMatchObject({ fit: false, why: 'not_a_standby' });
  });

  it('is unfit when it follows another primary', () => {
    expect(judgeReplica({ ...standby, systemId: '8' }, primary, 5_000)).toMatchObject({ why: 'foreign' });
  });

  it('is taken at its word where nobody may ask for the identity', () => {
    expect(judgeReplica({ ...standby, systemId: undefined }, primary, 5_000)).toMatchObject({ fit: true });
    expect(judgeReplica(standby, { ...primary, systemId: undefined }, 5_000)).toMatchObject({ fit: true });
  });
});
