import { describe, expect, it } from 'vitest';
import { CrashPolicy } from './crash-policy.js';

const EARLY = { livedMs: 50, wasReady: true };
const LATE = { livedMs: 60_000, wasReady: true };

describe('CrashPolicy', () => {
  it('doubles the backoff up to its bound', () => {
    const policy = new CrashPolicy({ limit: 100, firstBackoffMs: 100, maxBackoffMs: 1_000 }, () => 1);
    const waits = Array.from({ length: 6 }, () => policy.ended(EARLY));
    expect(waits.map((wait) => (wait.kind === 'restart' ? wait.inMs : null))).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ]);
  });

  it('gives up at the fifth crash in a row', () => {
    const policy = new CrashPolicy();
    for (let crash = 1; crash < 5; crash++) expect(policy.ended(EARLY).kind).toBe('restart');
    expect(policy.ended(EARLY)).toEqual({ kind: 'give up', crashes: 5 });
  });

  it('starts counting anew after a process that lived', () => {
    const policy = new CrashPolicy();
    for (let crash = 1; crash < 5; crash++) policy.ended(EARLY);
    expect(policy.ended(LATE).kind).toBe('restart');
    expect(policy.ended(EARLY).kind).toBe('restart');
  });

  it('counts a process that never became ready however long it lived', () => {
    const policy = new CrashPolicy({ limit: 2 });
    policy.ended({ livedMs: 60_000, wasReady: false });
    expect(policy.ended({ livedMs: 60_000, wasReady: false }).kind).toBe('give up');
  });
});
