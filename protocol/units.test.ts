import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBaseUnit, unitRule } from './units.js';

const toBase = (value: string, unit: string) => {
  const rule = unitRule('', unit);
  return [toBaseUnit(value, rule), rule.unit];
};

describe('normalising units', () => {
  it.each([
    ['1.005', 'kWh', 1005, 'Wh'],
    ['1.005', 'Wh', 1.005, 'Wh'],
    ['0.1', 'kvarh', 100, 'varh'],
    ['7.36', 'kW', 7360, 'W'],
    ['7.36', 'kVA', 7360, 'VA'],
    ['-2.5', 'kvar', -2500, 'var'],
    ['1.5e2', 'kWh', 150_000, 'Wh'],
    ['15E-1', 'kWh', 1500, 'Wh'],
    ['1e+1', 'kWh', 10_000, 'Wh'],
    ['.5', 'kWh', 500, 'Wh'],
    ['5.', 'kWh', 5000, 'Wh'],
    ['+3', 'A', 3, 'A'],
    [' 42\t', 'V', 42, 'V'],
    ['21.5', 'Celsius', 21.5, 'Celsius'],
    ['21.5', 'Celcius', 21.5, 'Celsius'],
    ['98.6', 'Fahrenheit', 37, 'Celsius'],
    ['294.65', 'K', 21.5, 'Celsius'],
    ['55', 'Percent', 55, 'Percent'],
    ['3', 'furlong', 3, 'furlong'],
    ['3', 'KWH', 3, 'KWH'],
  ])('%s %s is %d %s', (value, unit, expected, base) => {
    expect(toBase(value, unit)).toEqual([expected, base]);
  });

  it.each([
    ['Energy.Active.Import.Register', 'Wh'],
    ['Energy.Reactive.Export.Interval', 'varh'],
    ['Power.Active.Import', 'W'],
    ['Power.Offered', 'W'],
    ['Power.Reactive.Import', 'var'],
    ['Power.Factor', ''],
    ['Current.Offered', 'A'],
    ['Voltage', 'V'],
    ['Temperature', 'Celsius'],
    ['SoC', 'Percent'],
    ['Frequency', 'Hz'],
    ['RPM', 'RPM'],
    ['Moon.Phase', ''],
  ])('%s without a unit is in %j', (measurand, unit) => {
    expect(unitRule(measurand, '').unit).toBe(unit);
  });

  it('makes -0 a 0, in every unit', () => {
    for (const unit of ['Wh', 'kWh', 'Celsius', 'x'])
      expect(Object.is(toBaseUnit('-0.0', unitRule('', unit)), 0)).toBe(true);
    expect(Object.is(toBaseUnit('32', unitRule('', 'Fahrenheit')), 0)).toBe(true);
  });

  it.each(
    [
      [
        '',
        ' ',
        'NaN',
        'Infinity',
        '-Infinity',
        '0x10',
        '1,5',
        '1 5',
        '1_000',
        '--1',
        '.',
        'e5',
        '1e',
        '1e1.5',
        '1n',
      ],
      ['null', 'true', '١', '1'.repeat(101), '1e5e5', '1\u0000'],
    ].flat(),
  )('%j is no number', (text) => {
    expect(toBaseUnit(text, unitRule('', 'kWh'))).toBeNaN();
    expect(toBaseUnit(text, unitRule('', 'Wh'))).toBeNaN();
  });

  it('takes an absurd exponent for zero or too large', () => {
    expect(toBaseUnit(`1e${'9'.repeat(90)}`, unitRule('', 'kWh'))).toBe(Infinity);
    expect(toBaseUnit(`1e-${'9'.repeat(90)}`, unitRule('', 'kWh'))).toBe(0);
  });

  it('gives a value in kWh and the same in Wh the same number, to the last bit', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(6), (digits, decimals) => {
        const sign = digits < 0 ? '-' : '';
        const padded = String(Math.abs(digits)).padStart(decimals + 4, '0');
        const point = (text: string, places: number): string =>
          sign + (places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`);
        const kilo = toBaseUnit(point(padded, decimals + 3), unitRule('', 'kWh'));
        expect(kilo).toBe(toBaseUnit(point(padded, decimals), unitRule('', 'Wh')));
      }),
    );
  });
});
