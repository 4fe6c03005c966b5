import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../../../tests/harness/any-text.js';
import { complete } from './complete.js';

describe('completion', () => {
  it.each([
    ['sta', ['start', 'status'], 'sta'],
    ['hea', ['heartbeat '], 'hea'],
    ['status char', ['Charging '], 'char'],
    ['status Faulted ground', ['GroundFailure '], 'ground'],
    ['send 1.5 kw', ['kW', 'kWh'], 'kw'],
    ['send 1.5 kWh power.act', ['Power.Active.Export', 'Power.Active.Import'], 'power.act'],
    ['send 1.5 kWh Sample.', ['Sample.Clock', 'Sample.Periodic'], 'Sample.'],
    ['send 1.5 kWh, 7 kw', ['kW', 'kWh'], 'kw'],
    ['send 1 kWh meas', ['measurand='], 'meas'],
    ['every 5s 1 kWh Sample.C', ['Sample.Clock '], 'Sample.C'],
    ['every 5s hea', ['heartbeat '], 'hea'],
    ['every sto', ['stop '], 'sto'],
    ['stop 9400 evd', ['EVDisconnected '], 'evd'],
    ['connect; stat', ['status '], 'stat'],
    ['help sen', ['send '], 'sen'],
    ['call StartT', ['StartTransaction '], 'StartT'],
    ['queue c', ['clear '], 'c'],
    ['nonsense x', [], 'x'],
  ])('of %j is %j', (line, hits, word) => {
    expect(complete(line)).toEqual([hits, word]);
  });

  it('offers no second unit once there is one', () => {
    expect(complete('send 1.5 kWh k')[0]).toEqual([]);
    expect(complete('send 1.5 kWh, 7 k')[0]).toContain('kW');
  });

  it('offers every command on an empty line', () => {
    expect(complete('')[0]).toContain('send');
    expect(complete('drop; ')[0]).toContain('restore');
  });

  it('never throws, and offers only what begins with the word', () => {
    fc.assert(
      fc.property(fc.constantFrom('send ', 'every 5s ', 'stop ', ''), anyText, (before, text) => {
        const [hits, word] = complete(before + text);
        for (const hit of hits) expect(hit.toLowerCase().startsWith(word.toLowerCase())).toBe(true);
      }),
    );
  });
});
