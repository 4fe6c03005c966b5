import { describe, expect, it } from 'vitest';
import { layOutBars, roundedUp } from './bars.js';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 10, 6, minute)).toISOString();
const range = { from: Date.parse(at(0)), to: Date.parse(at(60)) };

const item = (minute: number, of: { measuredWh?: number; estimatedWh?: number; suspectWh?: number }) => {
  const { measuredWh = 0, estimatedWh = 0, suspectWh = 0 } = of;
  return {
    start: at(minute),
    end: at(minute + 15),
    energyWh: measuredWh + estimatedWh,
    measuredWh,
    estimatedWh,
    suspectWh,
  };
};

describe('energy bars', () => {
  it('stand in their interval, with estimated upon measured, and suspect upon both', () => {
    const { bars, top } = layOutBars(
      [item(15, { measuredWh: 500, estimatedWh: 250, suspectWh: 250 })],
      range,
      400,
      100,
    );
    expect(top).toBe(1_000);
    expect(bars).toMatchObject([
      {
        x: 100,
        width: 99,
        measured: { y: 50, height: 50 },
        estimated: { y: 25, height: 25 },
        suspect: { y: 0, height: 25 },
      },
    ]);
  });

  it('are cut at the edges of what is seen, and left out beyond them', () => {
    const { bars } = layOutBars(
      [
        item(-20, { measuredWh: 1 }),
        item(-10, { measuredWh: 1 }),
        item(50, { measuredWh: 1 }),
        item(60, { measuredWh: 1 }),
      ],
      range,
      600,
      100,
    );
    expect(bars.map(({ x, width }) => [x, width])).toEqual([
      [0, 49],
      [500, 99],
    ]);
  });

  it('have an axis that ends at a round number', () => {
    expect([0, 1, 3, 23, 240, 4_999, 5_001].map(roundedUp)).toEqual([1, 1, 5, 25, 250, 5_000, 10_000]);
  });
});
