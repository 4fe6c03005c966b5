import { describe, expect, it } from 'vitest';
import { numberText, quantityText, unitScale } from './quantity.js';

describe('a quantity', () => {
  it('is read in the unit that suits its size', () => {
    expect(quantityText(11_200, 'W')).toBe('11.2 kW');
    expect(quantityText(950, 'W')).toBe('950 W');
    expect(quantityText(-7_400, 'W')).toBe('-7.4 kW');
    expect(quantityText(2_500_000, 'W')).toBe('2.5 MW');
    expect(quantityText(16.04, 'A')).toBe('16.04 A');
  });

  it('is kWh for energy, however much it is', () => {
    expect(quantityText(1_250_500, 'Wh')).toBe('1,250.5 kWh');
    expect(quantityText(850, 'Wh')).toBe('850 Wh');
  });

  it('has the usual sign for what OCPP spells out, and any other unit as it came', () => {
    expect(quantityText(80, 'Percent')).toBe('80 %');
    expect(quantityText(21.5, 'Celsius')).toBe('21.5 °C');
    expect(quantityText(3, 'furlong')).toBe('3 furlong');
    expect(quantityText(3, '')).toBe('3');
  });

  it('is a dash when it is no number, and never minus nothing', () => {
    expect(quantityText(NaN, 'W')).toBe('– W');
    expect(numberText(-0.001)).toBe('0');
  });

  it('shares one unit along an axis', () => {
    expect(unitScale('W', 22_000)).toEqual({ divisor: 1_000, unit: 'kW' });
    expect(unitScale('V', 230_000)).toEqual({ divisor: 1, unit: 'V' });
  });
});
