const NAMES: Readonly<Record<string, string>> = {
  'Power.Active.Import': 'Power',
  'Power.Active.Export': 'Power exported',
  'Power.Offered': 'Power offered',
  'Power.Factor': 'Power factor',
  'Power.Reactive.Import': 'Reactive power',
  'Energy.Active.Import.Register': 'Meter reading',
  'Energy.Active.Export.Register': 'Meter reading, export',
  'Energy.Active.Import.Interval': 'Energy of interval',
  'Current.Import': 'Current',
  'Current.Offered': 'Current offered',
  'Current.Export': 'Current exported',
  SoC: 'State of charge',
};

/** OCPP's usual measurands in plain words; any other by its own name. */
export function measurandName(measurand: string): string {
  return Object.hasOwn(NAMES, measurand) ? (NAMES[measurand] ?? measurand) : measurand;
}

/** What an axis of it always holds: loads are read against zero, a state of charge against full. null: whatever it is. */
export function axisAlwaysHolds(measurand: string): readonly [number, number] | null {
  if (measurand === 'SoC') return [0, 100];
  return /^(Power|Current)\./.test(measurand) ? [0, 1] : null;
}
