import { describe, expect, it } from 'vitest';
import type { LiveStatus } from '../../client/live/index.js';
import { connectionState } from './connection-state.js';

const NOW = 1_773_122_400_000;

function status(state: LiveStatus['state'], nextAttemptMs: number | null = null): LiveStatus {
  return {
    state,
    since: new Date(NOW),
    attempts: 0,
    nextAttemptAt: nextAttemptMs === null ? null : new Date(nextAttemptMs),
    lastClose: null,
    lastChangeId: null,
    subscriptions: [],
    pushes: { waiting: 0, unanswered: 0 },
  };
}

describe('what is said of the connection', () => {
  it('is that it is live, whatever the browser thinks of the network', () => {
    expect(connectionState(status('live'), false, NOW)).toEqual({ kind: 'live' });
  });

  it('counts down to the next attempt, and never below nothing', () => {
    const at = (ms: number) => connectionState(status('reconnecting', NOW + ms), true, NOW);
    expect(at(3_200)).toEqual({ kind: 'reconnecting', seconds: 4 });
    expect(at(-5)).toEqual({ kind: 'reconnecting', seconds: 0 });
  });

  it('says when an attempt is under way', () => {
    expect(connectionState(status('reconnecting'), true, NOW)).toEqual({
      kind: 'reconnecting',
      seconds: null,
    });
    expect(connectionState(status('connecting'), true, NOW)).toEqual({ kind: 'connecting' });
    expect(connectionState(null, true, NOW)).toEqual({ kind: 'connecting' });
  });

  it('is that there is no network, when the browser says so', () => {
    expect(connectionState(status('reconnecting', NOW + 5), false, NOW)).toEqual({ kind: 'offline' });
    expect(connectionState(null, false, NOW)).toEqual({ kind: 'offline' });
  });
});
