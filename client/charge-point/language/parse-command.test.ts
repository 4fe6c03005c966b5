import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../../../tests/harness/any-text.js';
import { ALL_NAMES, COMMANDS } from './commands.js';
import { parseCommand } from './parse-command.js';
import { CONTEXTS, LOCATIONS, MEASURANDS, PHASES, UNITS } from './vocabulary.js';

const value = (line: string): unknown => {
  const parsed = parseCommand(line);
  return parsed.ok ? parsed.value : parsed;
};
const problem = (line: string): string => {
  const parsed = parseCommand(line);
  return parsed.ok ? '' : parsed.problem;
};

describe('a command', () => {
  it.each([
    ['connect', { name: 'connect', chargePointId: null }],
    ['CONNECT "Lobby 3/2"', { name: 'connect', chargePointId: 'Lobby 3/2' }],
    ['drop', { name: 'drop', forMs: null }],
    ['drop 10s', { name: 'drop', forMs: 10_000 }],
    ['disconnect', { name: 'offline' }],
    ['connector 2', { name: 'connector', connectorId: 2 }],
    ['boot Acme "Wall 22"', { name: 'boot', vendor: 'Acme', model: 'Wall 22' }],
    ['hb', { name: 'heartbeat' }],
    ['status charging', { name: 'status', status: 'Charging', errorCode: 'NoError' }],
    ['status Faulted groundfailure', { name: 'status', status: 'Faulted', errorCode: 'GroundFailure' }],
    ['start', { name: 'start', idTag: 'TAG-1', meterStartWh: null }],
    ['start CARD-7 1250.5 kWh', { name: 'start', idTag: 'CARD-7', meterStartWh: 1_250_500 }],
    ['start CARD-7 1.005 kwh', { name: 'start', idTag: 'CARD-7', meterStartWh: 1005 }],
    ['stop', { name: 'stop', meterStopWh: null, reason: null }],
    ['stop 9.4 kWh evdisconnected', { name: 'stop', meterStopWh: 9400, reason: 'EVDisconnected' }],
    ['stop Remote', { name: 'stop', meterStopWh: null, reason: 'Remote' }],
    ['send {"a": 1e400 , "a":2}', { name: 'sendPayload', json: '{"a": 1e400 , "a":2}' }],
    ['every stop', { name: 'everyStop' }],
    ['every 30s heartbeat', { name: 'every', everyMs: 30_000, what: 'heartbeat' }],
    [
      'call DataTransfer {"vendorId":"x"}',
      { name: 'call', action: 'DataTransfer', json: '{"vendorId":"x"}' },
    ],
    ['call heartbeat', { name: 'call', action: 'Heartbeat', json: '{}' }],
    ['call Foo []', { name: 'call', action: 'Foo', json: '[]' }],
    ['raw   [2,"x" ', { name: 'raw', frame: '[2,"x"' }],
    ['queue clear', { name: 'queueClear' }],
    ['frames', { name: 'frames', shown: null }],
    ['frames off', { name: 'frames', shown: false }],
    ['wait 1.5s', { name: 'wait', ms: 1_500 }],
    ['? send', { name: 'help', topic: 'send' }],
    ['exit', { name: 'quit' }],
  ])('%j is understood', (line, expected) => {
    expect(value(line)).toEqual(expected);
  });

  it.each([
    ['statsu', 'did you mean status?'],
    ['xyzzy', "'help' lists them"],
    ['', 'Unknown command'],
    ['1250.5 kWh', "'send 1250.5 kWh'"],
    ['{"a":1}', "'send"],
    ['connect a b', 'quotes'],
    ['drop soon', 'drop 10s'],
    ['connector -1', 'whole number'],
    ['connector 99999999999', 'whole number'],
    ['status', 'Available'],
    ['status Chargin', 'did you mean Charging?'],
    ['status Charging Ground', 'did you mean GroundFailure?'],
    ['authorize', 'idTag'],
    ['start TAG 1.5', 'whole Wh'],
    ['start TAG 1e30', 'whole Wh'],
    ['start TAG many', 'number of Wh'],
    ['start TAG 1 kWh more', "'more'"],
    ['stop Remot', 'did you mean Remote?'],
    ['send', 'value'],
    ['send kWh', 'value'],
    ['send 1,5 kWh', '1.5'],
    ['send 1 kwhh', 'did you mean kWh?'],
    ['send 1 BTU', 'unit=BTU'],
    ['send 1 kWh Wh', 'two of unit'],
    ['send 1 constructor', "'constructor'"],
    ['send 1 kWh +0.1', "'every'"],
    ['send 1 kWh at', 'time'],
    ['send 1 kWh at noon', 'noon'],
    ['send 1 colour=red', "'colour='"],
    ['send 1 unti=x', 'did you mean unit=?'],
    ['send 1, ', 'value'],
    ['send 1 connector=x', 'connector=x'],
    ['send {"a":', "'raw' sends any text"],
    ['every', 'duration'],
    ['every 1ms 1 kWh', '50ms'],
    ['every 5s', 'value'],
    ['every 5s 1 kWh +0.1 +0.2', 'two growths'],
    ['every 5s 1e3 kWh +0.1', "can't grow"],
    ['call', 'action'],
    ['call X {', 'JSON'],
    ['raw', 'frame'],
    ['queue empty', 'clear'],
    ['frames maybe', 'on or off'],
    ['frames constructor', 'on or off'],
    ['wait', 'wait 2s'],
    ['wait 99d', '24h'],
    ['help a b', 'one command'],
    ['quit now', 'nothing'],
  ])('%j is refused with a hint', (line, hint) => {
    expect(problem(line)).toContain(hint);
  });

  it('is understood in each example of the help', () => {
    for (const { examples, name } of COMMANDS) {
      expect(examples.length, name).toBeGreaterThan(0);
      for (const example of examples)
        for (const command of example.split(/; (?![^{]*})/))
          expect(parseCommand(command), command).toMatchObject({ ok: true });
    }
  });

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL_NAMES, ''), anyText, (name, rest) => {
        const parsed = parseCommand(`${name} ${rest}`);
        if (!parsed.ok) expect(parsed.problem).not.toBe('');
      }),
    );
    expect(problem('x'.repeat(3_000_000))).toContain('too long');
  });

  it('takes the words of a reading in any order', () => {
    const words = fc.tuple(
      fc.constantFrom(...UNITS),
      fc.constantFrom(...MEASURANDS),
      fc.constantFrom(...CONTEXTS),
      fc.constantFrom(...PHASES),
      fc.constantFrom(...LOCATIONS),
    );
    fc.assert(
      fc.property(
        words,
        fc.constantFrom('lower', 'as is'),
        fc.array(fc.nat(4), { minLength: 5, maxLength: 5 }),
        (tuple, letters, keys) => {
          const [unit, measurand, context, phase, location] = tuple;
          const typed = tuple
            .map((word, at) => ({
              word: letters === 'lower' ? word.toLowerCase() : word,
              key: keys[at] ?? 0,
            }))
            .sort((a, b) => a.key - b.key)
            .map(({ word }) => word);
          expect(value(`send 1.50 ${typed.join(' ')}`)).toMatchObject({
            reading: { samples: [{ fields: { value: '1.50', unit, measurand, context, phase, location } }] },
          });
        },
      ),
    );
  });

  it('may have several values of one moment, another time, connector and transaction', () => {
    expect(value('send 1250.5 kWh, 7.2 kW L1 , 50 % at -15m connector=2 transaction=7')).toEqual({
      name: 'send',
      reading: {
        samples: [
          { fields: { value: '1250.5', unit: 'kWh' }, growth: null },
          { fields: { value: '7.2', unit: 'kW', phase: 'L1' }, growth: null },
          { fields: { value: '50', unit: 'Percent' }, growth: null },
        ],
        time: { kind: 'offset', ms: -900_000 },
        connectorId: 2,
        transactionId: 7,
      },
    });
    expect(value('send value=NaN unit=BTU at 2026-03-10T06:00:00')).toMatchObject({
      reading: {
        samples: [{ fields: { value: 'NaN', unit: 'BTU' } }],
        time: { kind: 'text', text: '2026-03-10T06:00:00' },
      },
    });
  });
});
