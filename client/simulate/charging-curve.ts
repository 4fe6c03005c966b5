/** A charging session's power over time: full until the battery is nearly full, then falling in a straight line. */
export interface ChargingCurve {
  /** At full power, W. */
  readonly watts: number;
  /** That flows in the whole session, Wh. */
  readonly energyWh: number;
  /** Of the energy, the part that flows at full power. */
  readonly atFullPower: number;
  /** Of the power, the part that is left when the battery is full. */
  readonly lastPower: number;
}

const HOUR_MS = 3_600_000;

/** ms until all of the energy has flowed. */
export function chargingMs(curve: ChargingCurve): number {
  return fullPowerMs(curve) + fallingMs(curve);
}

/** Power, W, and its exact integral, Wh, so long after the beginning. */
export function flowAt(
  curve: ChargingCurve,
  elapsedMs: number,
): { readonly watts: number; readonly chargedWh: number } {
  const { watts, energyWh, atFullPower, lastPower } = curve;
  const full = fullPowerMs(curve);
  if (elapsedMs <= full) return { watts, chargedWh: (watts * Math.max(elapsedMs, 0)) / HOUR_MS };
  const falling = fallingMs(curve);
  const since = elapsedMs - full;
  if (since >= falling) return { watts: 0, chargedWh: energyWh };
  const fall = (1 - lastPower) / falling;
  return {
    watts: watts * (1 - fall * since),
    chargedWh: energyWh * atFullPower + (watts * since * (1 - (fall * since) / 2)) / HOUR_MS,
  };
}

function fullPowerMs({ watts, energyWh, atFullPower }: ChargingCurve): number {
  return (HOUR_MS * energyWh * atFullPower) / watts;
}

/** From full power to the last: the mean is half way between. */
function fallingMs({ watts, energyWh, atFullPower, lastPower }: ChargingCurve): number {
  return (HOUR_MS * energyWh * (1 - atFullPower)) / ((watts * (1 + lastPower)) / 2);
}
