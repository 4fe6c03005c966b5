import { describe, expect, it } from 'vitest';
import { changedSessions } from './changed-sessions.js';
import type { SessionFacts } from './session-facts.js';

const facts = (startedAtMs: number | null, connectorId = 1): SessionFacts =>
  ({ start: { evseId: 0, connectorId, startedAtMs }, stop: null, told: null }) as unknown as SessionFacts;
const stopped = { start: null, stop: {}, told: null } as unknown as SessionFacts;

describe('changedSessions', () => {
  it('tells from where on readings may belong to another session: of the old Start and of the new one', () => {
    const now = facts(20, 2);
    expect(changedSessions(new Map([[7, facts(10)]]), new Map([[7, now]]))).toEqual([
      { id: 7, evseId: 0, connectorId: 1, fromMs: 10 },
      { id: 7, evseId: 0, connectorId: 2, fromMs: 20 },
    ]);
    expect(changedSessions(new Map(), new Map([[7, now]]))).toEqual([
      { id: 7, evseId: 0, connectorId: 2, fromMs: 20 },
    ]);
  });

  it('tells nothing of one that is as it was, or whose Start is not known or has no time', () => {
    const same = facts(10);
    const before = new Map([[1, same]]);
    expect(changedSessions(before, new Map([[1, same]]))).toEqual([]);
    expect(changedSessions(new Map(), new Map([[2, stopped]]))).toEqual([]);
    expect(changedSessions(new Map(), new Map([[3, facts(null)]]))).toEqual([]);
  });
});
