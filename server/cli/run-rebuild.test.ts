import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { RebuildReport } from '../compose/rebuild.js';
import { rebuildLine, rebuildText } from './run-rebuild.js';

/** Colours are there or not, as the terminal has it. */
const text = (...args: Parameters<typeof rebuildText>): string =>
  stripVTControlCharacters(rebuildText(...args));

const RANGE = { fromMs: Date.UTC(2026, 2, 1), toMs: Infinity, chargePointIds: null, check: true };
const NONE: RebuildReport = { series: 1_234, readings: 56_789, differences: 0, examples: [], unsettled: 0 };
const SERIES = {
  seriesId: 7,
  shard: 0,
  chargePointId: 'Depot-1',
  evseId: 0,
  connectorId: 2,
  measurand: 'Energy.Active.Import.Register',
  phase: 'L1',
  location: 'Outlet',
  unit: 'Wh',
};
const SOME: RebuildReport = {
  ...NONE,
  differences: 30,
  unsettled: 3,
  examples: [
    { table: 'rollup_15m', seriesId: 7, ms: Date.UTC(2026, 2, 1, 12), series: SERIES },
    { table: 'transactions', seriesId: null, ms: null, series: null },
  ],
};

describe('the report of a rebuild', () => {
  it('says plainly that nothing differed', () => {
    expect(text(NONE, RANGE, true)).toContain('1,234 series, 56,789 readings computed: No difference.');
  });

  it('shows where anything differed, and what is more', () => {
    const shown = text(SOME, RANGE, true);
    expect(shown).toContain('30 differences, left as they are.');
    expect(shown).toContain('3 series got readings meanwhile');
    expect(shown).toMatch(
      /rollup_15m .*Depot-1 .*2 Energy\.Active\.Import\.Register L1 .*2026-03-01T12:00:00\.000Z/,
    );
    expect(shown).toContain('… and 28 more.');
    expect(text(SOME, { ...RANGE, check: false }, true)).toContain('put right.');
    expect(text(SOME, RANGE, false)).toMatch(/^Interrupted\./);
  });

  it('is one line of JSON for scripts', () => {
    expect(JSON.parse(rebuildLine(SOME, { ...RANGE, check: false }, true))).toEqual({
      from: '2026-03-01T00:00:00.000Z',
      to: null,
      complete: true,
      series: 1_234,
      readings: 56_789,
      differences: 30,
      repaired: true,
      unsettled: 3,
      examples: [
        {
          table: 'rollup_15m',
          chargePointId: 'Depot-1',
          connectorId: 2,
          measurand: 'Energy.Active.Import.Register',
          phase: 'L1',
          time: '2026-03-01T12:00:00.000Z',
        },
        {
          table: 'transactions',
          chargePointId: null,
          connectorId: null,
          measurand: null,
          phase: null,
          time: null,
        },
      ],
    });
  });
});
