import { describe, expect, it } from 'vitest';
import { RefusalGroups, type RefusalEntry } from './refusal-groups.js';

const refusal = (more: Partial<RefusalEntry> = {}): RefusalEntry => ({
  actor: null,
  actorKind: 'nobody',
  address: '192.0.2.1',
  source: 'gateway',
  requestId: null,
  action: 'connect.gateway',
  outcome: 'refused',
  subject: 'CP-1',
  reason: 'unauthorised',
  ...more,
});
const limits = { windowMs: 60_000, maxOfAddress: 3, max: 6 };

describe('refusals that are alike', () => {
  it('are an entry at the first one, and one entry for all others at the end of the window', () => {
    const groups = new RefusalGroups(limits);
    const first = groups.add(refusal({ requestId: 'r1' }), 0);
    expect(first).toMatchObject({
      count: 1,
      subject: 'CP-1',
      requestId: 'r1',
      detail: { reason: 'unauthorised' },
    });
    expect(groups.add(refusal({ requestId: 'r2' }), 10_000)).toBeNull();
    expect(groups.add(refusal({ requestId: 'r3' }), 50_000)).toBeNull();
    expect(groups.due(59_999)).toEqual([]);
    const [rest, ...others] = groups.due(60_000);
    expect(rest).toMatchObject({ count: 2, agoMs: 50_000, untilAgoMs: 10_000, requestId: null });
    expect(others).toEqual([]);
    expect(groups.add(refusal(), 60_001)).not.toBeNull();
  });

  it('may come several in one go: all of them count', () => {
    const groups = new RefusalGroups(limits);
    expect(groups.add(refusal({ requestId: 'r1' }), 0, 7)).toMatchObject({
      ...{ count: 7, agoMs: 0, untilAgoMs: 0, requestId: null },
    });
    expect(groups.add(refusal(), 10, 3)).toBeNull();
    expect(groups.add(refusal(), 20, 2)).toBeNull();
    expect(groups.due(60_000)).toMatchObject([{ count: 5, agoMs: 59_990, untilAgoMs: 59_980 }]);
  });

  it('leave nothing behind when nothing follows', () => {
    const groups = new RefusalGroups(limits);
    groups.add(refusal(), 0);
    expect(groups.due(60_000)).toEqual([]);
  });

  it('differ by who, from where, what, why and to what it was', () => {
    const groups = new RefusalGroups({ ...limits, maxOfAddress: 10, max: 10 });
    const different: Partial<RefusalEntry>[] = [
      {},
      { actor: 'ada', actorKind: 'token' },
      { actor: 'ada', actorKind: 'key' },
      { address: '192.0.2.2' },
      { subject: 'CP-2' },
      { reason: 'unknown' },
      { outcome: 'failed' },
      { action: 'connect.live' },
    ];
    for (const each of different) expect(groups.add(refusal(each), 0)).not.toBeNull();
  });
});

describe('a storm of refusals', () => {
  it('of one address is counted by that address beyond some names', () => {
    const groups = new RefusalGroups(limits);
    const storm = Array.from({ length: 1_000 }, (_, n) => groups.add(refusal({ subject: `CP-${n}` }), n));
    const told = storm.filter((entry) => entry !== null);
    expect(told.map(({ subject }) => subject)).toEqual(['CP-0', 'CP-1', 'CP-2', null]);
    const rest = groups.due(100_000);
    expect(rest).toMatchObject([
      { subject: null, address: '192.0.2.1', count: 996, detail: { various: true } },
    ]);
  });

  it('of any number of addresses, names and reasons is bounded in entries and memory, and each is counted', () => {
    const groups = new RefusalGroups(limits);
    let entries = 0;
    let counted = 0;
    for (let n = 0; n < 10_000; n++) {
      const told = groups.add(refusal({ subject: `CP-${n}`, address: `a${n}`, reason: `r${n}` }), n);
      entries += Number(told !== null);
      counted += told?.count ?? 0;
    }
    for (const { count = 0 } of groups.due(10_000, true)) {
      entries += 1;
      counted += count;
    }
    expect(entries).toBeLessThanOrEqual(2 * limits.max + 1);
    expect(counted).toBe(10_000);
  });

  it('leaves room for others of the same kind when it is over', () => {
    const groups = new RefusalGroups(limits);
    for (let n = 0; n < 100; n++) groups.add(refusal({ subject: `CP-${n}` }), 0);
    groups.due(60_000);
    expect(groups.add(refusal({ subject: 'CP-777' }), 60_001)).toMatchObject({ subject: 'CP-777' });
  });
});
