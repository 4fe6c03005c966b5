import type { EnergyFigures } from '../store/read/energy.js';

export const ENERGY_FIELDS = ['energyWh', 'measuredWh', 'estimatedWh', 'suspectWh'] as const;

/** Rounded to thousandths of a Wh: below it is only the order in which parts were added up. */
export function presentEnergy({ measuredWh, estimatedWh, suspectWh }: EnergyFigures) {
  return {
    energyWh: toThousandths(measuredWh + estimatedWh),
    measuredWh: toThousandths(measuredWh),
    estimatedWh: toThousandths(estimatedWh),
    suspectWh: toThousandths(suspectWh),
  };
}

export function toThousandths(value: number): number {
  // Adding 0 makes -0 a 0.
  return Math.round(value * 1_000) / 1_000 + 0;
}
