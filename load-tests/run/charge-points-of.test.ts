import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ChargePointNames, PREFIX } from '../engine/charge-point-names.js';
import { chargePointsOf } from './charge-points-of.js';
import { makePlan } from './plan.js';

const options = { minutes: 1, rate: null, ramp: 500, scenarios: ['steady', 'ramp', 'api-queries'] } as const;

describe('the charge points of a plan', () => {
  it('are those of each fleet, and nobody who asks', () => {
    expect(chargePointsOf(makePlan(options, 5, false))).toEqual([
      ...['LOAD-steady-0-0', 'LOAD-steady-0-1', 'LOAD-steady-0-2'],
      ...['LOAD-ramp-0-0', 'LOAD-ramp-0-1'],
    ]);
  });

  it('are the same from any address, and those of meterpulse simulate beside them', () => {
    const ids = chargePointsOf(makePlan({ ...options, rate: 1_000 }, 400, true));
    expect(ids).toEqual(chargePointsOf(makePlan({ ...options, rate: 1_000 }, 400, false)));
    expect(ids).toHaveLength(400 + 800);
    expect(ids.slice(400, 402)).toEqual(['LOAD-SIM-1', 'LOAD-SIM-2']);
    expect(ids.at(-1)).toBe('LOAD-SIM-800');
  });

  it('are those that the threads of a process take, however these share them', () => {
    const directory = mkdtempSync(join(tmpdir(), 'load-names-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const plan = makePlan({ ...options, scenarios: ['ramp'] }, 30, false);
    const settings = { directory, part: plan.parts[0]?.name ?? '', prefix: PREFIX };
    const threads = [new ChargePointNames(settings), new ChargePointNames(settings)] as const;
    const taken = Array.from({ length: 30 }, (_, turn) => threads[turn % 3 === 0 ? 0 : 1].next());
    expect(taken.sort()).toEqual(chargePointsOf(plan).sort());
  });
});
