import { expect, it } from 'vitest';
import type { SimulateSummary } from '../../client/simulate/summary.js';
import { whyUnacknowledged } from './why-unacknowledged.js';

const SAID: SimulateSummary = {
  ...{ steps: 0, sent: 1_000, acknowledged: 1_000, rejected: 0, resent: 40, retries: 3, duplicates: 0 },
  ...{ shed: 2, sessions: 5, sessionsRefused: 0, connections: 30, connectionsLost: 9, connectFailures: 4 },
  ...{ waiting: 0, restored: 0, damaged: 0, ledgerReadings: 0, perSecond: 10, seconds: 100 },
  ...{ from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T01:00:00.000Z' },
  ackMs: { p50: 5, p99: 1_200, max: 31_000 },
  rejectCodes: {},
  closeCodes: { '1006': 8, '4002': 1 },
};

it('has nothing to say of a fleet that had everything acknowledged', () => {
  expect(whyUnacknowledged(SAID)).toBe(null);
});

it('says how many wait or were rejected, and what the network and the answers were like', () => {
  expect(
    whyUnacknowledged({ ...SAID, waiting: 12, rejected: 2, rejectCodes: { FormationViolation: 2 } }),
  ).toBe(
    '12 messages still waited for an answer when the grace was over, 2 were rejected (FormationViolation: 2); ' +
      'answers took 1,200 ms at p99 and 31,000 ms at most; ' +
      '9 connections were lost (1006: 8, 4002: 1), 4 attempts to connect failed; ' +
      '3 messages were asked to come again, 2 were shed',
  );
});
