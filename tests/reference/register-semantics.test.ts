import { describe, expect, it } from 'vitest';
import { energyReference, type SemanticsRow } from './energy-reference.js';
import { REGISTER, facts, readings, session, type Line } from './facts.js';
import type { Session } from './model.js';

function semantics(lines: readonly Line[], sessions: readonly Session[] = []): SemanticsRow | undefined {
  return energyReference(facts(readings(REGISTER, lines), sessions)).semantics[0];
}

describe('restarts and continuations', () => {
  it('are counted where one session follows another', () => {
    expect(
      semantics([
        ['10:00', 500, null, 'A'],
        ['10:10', 40, null, 'B'],
        ['10:20', 50, null, 'B'],
        ['10:30', 50, null, 'C'],
        ['10:40', 7, null, 'D'],
      ]),
    ).toEqual({
      series: 'CP-1 | 0 | 1 | Energy.Active.Import.Register |  | Outlet | Wh',
      restarts: 2,
      continuations: 1,
      clockContradictions: 0,
      clockAgreements: 0,
      boundaryContradictions: 0,
      boundaryAgreements: 0,
      kind: 'session',
      ignoresClock: false,
      ignoresBoundary: false,
    });
  });

  it('as many of one as of the other are a lifetime register', () => {
    expect(
      semantics([
        ['10:00', 500, null, 'A'],
        ['10:10', 40, null, 'B'],
        ['10:20', 50, null, 'C'],
      ]),
    ).toMatchObject({ restarts: 1, continuations: 1, kind: 'lifetime' });
  });

  it('are seen across two zeros, not across three', () => {
    const zeros: Line[] = [
      ['10:00', 500, null, 'A'],
      ['10:01', 0, null, 'A'],
      ['10:02', 0, null, 'B'],
      ['10:03', 40, null, 'B'],
    ];
    expect(semantics(zeros)).toMatchObject({ restarts: 1 });
    expect(semantics([...zeros, ['10:01:30', 0]])).toBeUndefined();
  });

  it('are none with a Sample.Clock, nor without a session', () => {
    expect(
      semantics([
        ['10:00', 500, null, 'A'],
        ['10:10', 40, 'Sample.Clock', 'B'],
        ['10:20', 30, null, 'C'],
      ]),
    ).toBeUndefined();
    expect(
      semantics([
        ['10:00', 500, null, '0'],
        ['10:10', 40, null, 'B'],
        ['10:20', 30, null, '-1'],
      ]),
    ).toBeUndefined();
  });
});

describe('the boundary', () => {
  it('is contradicted by a sample of the same session that is more than 1 kWh less', () => {
    expect(
      semantics([
        ['10:00', 5000, 'Transaction.Begin', 'A'],
        ['10:10', 3999, null, 'A'],
      ]),
    ).toMatchObject({ boundaryContradictions: 1, boundaryAgreements: 0 });
    expect(
      semantics([
        ['10:00', 5000, 'MeterStart', 'A'],
        ['10:10', 4000, null, 'A'],
      ]),
    ).toMatchObject({ boundaryContradictions: 0, boundaryAgreements: 1 });
  });

  it('is judged from the boundary to the sample only', () => {
    expect(
      semantics([
        ['10:00', 5000, null, 'A'],
        ['10:10', 300, 'Transaction.End', 'A'],
      ]),
    ).toBeUndefined();
  });

  it('is ignored with two contradictions that are as many as the agreements', () => {
    // x, y, z of sample, boundary, sample: 5,000/20/5,010. Boundary to sample: 20 to 5,010 is an agreement of one session.
    const lines: Line[] = [
      ['10:00', 5000],
      ['10:10', 20, 'Transaction.Begin', 'A'],
      ['10:20', 5010, null, 'A'],
      ['10:30', 30, 'Transaction.End', 'A'],
      ['10:40', 5030],
    ];
    // Contradictions 5,000/20/5,010; 20/5,010/30; 5,010/30/5,030. Agreement 20 -> 5,010.
    expect(semantics(lines)).toMatchObject({
      boundaryContradictions: 3,
      boundaryAgreements: 1,
      ignoresBoundary: true,
    });
    expect(semantics(lines.slice(0, 3))).toMatchObject({ boundaryContradictions: 1, ignoresBoundary: false });
  });
});

describe('three in a row', () => {
  const row = (x: number, y: number, z: number): SemanticsRow | undefined =>
    semantics([
      ['10:00', x],
      ['10:10', y, 'Sample.Clock'],
      ['10:20', z],
    ]);

  it('agree up to 1 kWh outside', () => {
    expect(row(5000, 4000, 5100)).toMatchObject({ clockAgreements: 1, clockContradictions: 0 });
    expect(row(5000, 6100, 5100)).toMatchObject({ clockAgreements: 1, clockContradictions: 0 });
    expect(row(5000, 3999, 5100)).toMatchObject({ clockAgreements: 0, clockContradictions: 1 });
    expect(row(5000, 6101, 5100)).toMatchObject({ clockAgreements: 0, clockContradictions: 1 });
  });

  it('say nothing with a zero among them, or where the outer ones fall', () => {
    expect(row(5000, 0, 5100)).toBeUndefined();
    expect(row(5000, 5000, 4999)).toBeUndefined();
  });

  it('are of the clock when either class is, else of the boundary', () => {
    expect(
      semantics([
        ['10:00', 5000, 'Sample.Clock'],
        ['10:10', 5001, 'Transaction.Begin'],
        ['10:20', 5002, 'Sample.Clock'],
      ]),
    ).toMatchObject({ clockAgreements: 1, boundaryAgreements: 0 });
    expect(
      semantics([
        ['10:00', 5000, 'Other'],
        ['10:10', 5001, 'Transaction.Begin'],
        ['10:20', 5002, 'Trigger'],
      ]),
    ).toMatchObject({ clockAgreements: 0, boundaryAgreements: 1 });
  });
});

describe('the session of a sample', () => {
  // A continuation shows that both samples have sessions, and different ones.
  const continues = (time: string, told: readonly Session[]): boolean =>
    semantics(
      [
        ['00:01', 1, null, 'before'],
        [time, 2],
      ],
      told,
    )?.continuations === 1;

  it('is the one that began last before it, unless that was stopped before it', () => {
    const told = [session('A', '09:00', null), session('B', '10:00', '11:00')];
    expect(continues('08:59', told)).toBe(false);
    expect(continues('09:30', told)).toBe(true);
    expect(continues('10:30', told)).toBe(true);
    // A is still going on, but B began last.
    expect(continues('11:01', told)).toBe(false);
  });

  it('is one that begins at its very time, and one that is stopped at its very time', () => {
    expect(continues('09:59:59.999', [session('B', '10:00', '11:00')])).toBe(false);
    expect(continues('10:00', [session('B', '10:00', '11:00')])).toBe(true);
    expect(continues('11:00', [session('B', '10:00', '11:00')])).toBe(true);
    expect(continues('11:00:00.001', [session('B', '10:00', '11:00')])).toBe(false);
  });

  it('of two that began at one instant is the greater by code units', () => {
    // '9' > '10'. Both samples are of 9: no evidence.
    const told = [session('10', '09:00', null), session('9', '09:00', null)];
    const lines: Line[] = [
      ['09:30', 1, null, '9'],
      ['09:40', 2],
    ];
    expect(semantics(lines, told)).toBeUndefined();
    expect(semantics(lines, told.slice(0, 1))).toMatchObject({ continuations: 1 });
  });

  it('is of the same connector', () => {
    expect(continues('09:30', [{ ...session('A', '09:00', null), connectorId: 2 }])).toBe(false);
    expect(continues('09:30', [{ ...session('A', '09:00', null), evseId: 1 }])).toBe(false);
    expect(continues('09:30', [{ ...session('A', '09:00', null), chargePointId: 'CP-2' }])).toBe(false);
  });
});
