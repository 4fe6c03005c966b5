/** What tells the series of one charge point and measurand apart. */
export interface Series {
  readonly evseId: number;
  readonly connectorId: number;
  /** '': of no single phase. */
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
}

export function seriesKey({ evseId, connectorId, phase, location, unit }: Series): string {
  return JSON.stringify([evseId, connectorId, phase, location, unit]);
}

/** `Connector 1, L1`: only what differs among `all`, and always something. */
export function seriesName(series: Series, all: readonly Series[]): string {
  const differs = (field: keyof Series) => all.some((other) => other[field] !== series[field]);
  const parts = [
    differs('evseId') || differs('connectorId') ? placeName(series) : '',
    differs('phase') ? phaseName(series.phase) : '',
    differs('location') ? series.location : '',
    differs('unit') ? series.unit : '',
  ].filter((part) => part !== '');
  if (parts.length > 0) return parts.join(', ');
  return series.phase === '' ? placeName(series) : phaseName(series.phase);
}

export function placeName({ evseId, connectorId }: Pick<Series, 'evseId' | 'connectorId'>): string {
  const evse = evseId > 0 ? `EVSE ${evseId}` : '';
  const connector = connectorId > 0 ? `Connector ${connectorId}` : '';
  return [evse, connector].filter((part) => part !== '').join(', ') || 'Main meter';
}

export function phaseName(phase: string): string {
  return phase === '' ? 'All phases' : phase;
}

/** By place, then by phase, those of no single phase first. */
export function compareSeries(a: Series, b: Series): number {
  return (
    a.evseId - b.evseId ||
    a.connectorId - b.connectorId ||
    a.phase.localeCompare(b.phase) ||
    a.location.localeCompare(b.location) ||
    a.unit.localeCompare(b.unit)
  );
}
