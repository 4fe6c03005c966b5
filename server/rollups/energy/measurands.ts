/** How the energy of a series is found; null: it has none. */
export type EnergyKind = 'register' | 'interval';

export function energyKindOf(measurand: string): EnergyKind | null {
  if (!measurand.startsWith('Energy.')) return null;
  if (measurand.endsWith('.Register')) return 'register';
  return measurand.endsWith('.Interval') ? 'interval' : null;
}

/** The way in which billed energy flows; null: none is billed by this measurand. */
export type Direction = 'import' | 'export';

export function directionOf({
  measurand,
  unit,
}: {
  readonly measurand: string;
  readonly unit: string;
}): Direction | null {
  if (unit !== 'Wh') return null;
  if (/^Energy\.Active\.Import\.(Register|Interval)$/.test(measurand)) return 'import';
  return /^Energy\.Active\.Export\.(Register|Interval)$/.test(measurand) ? 'export' : null;
}

/** Whether the series shows at what power a session charges. */
export function isPower({ measurand, unit }: { readonly measurand: string; readonly unit: string }): boolean {
  return measurand === 'Power.Active.Import' && unit === 'W';
}
