/** Counts what is in a sheet, from its text alone. */
import type { MeterValuesRequest } from './meter-values-messages.js';
import type { SampleRow } from './sample-rows.js';

export interface SampleFigures {
  readonly rows: number;
  readonly chargePoints: number;
  readonly connectors: number;
  readonly sampledValues: number;
  /** Sampled values that differ in charge point, connector, measurand, phase, location, time or context. */
  readonly distinctReadings: number;
  readonly queueMessages: number;
  readonly repeatedMessages: number;
  readonly withoutLocation: number;
}

export function sampleFigures(rows: readonly SampleRow[]): SampleFigures {
  const connectors = new Set<string>();
  const messages = new Set<string>();
  const queues = new Set<string>();
  const readings = new Set<string>();
  let sampledValues = 0;
  let withoutLocation = 0;
  for (const row of rows) {
    const payload = JSON.parse(row.payload) as MeterValuesRequest;
    const connector = `${row.charge_point_id} ${payload.connectorId}`;
    connectors.add(connector);
    messages.add(`${row.charge_point_id} ${row.payload}`);
    if (payload.meterValue.length >= 12) queues.add(`${row.charge_point_id} ${row.payload}`);
    for (const { timestamp, sampledValue } of payload.meterValue) {
      for (const sample of sampledValue) {
        sampledValues++;
        if (sample.location === undefined) withoutLocation++;
        const { context = 'Sample.Periodic', measurand = 'Energy.Active.Import.Register' } = sample;
        const { phase = '', location = 'Outlet' } = sample;
        readings.add([connector, measurand, phase, location, Date.parse(timestamp), context].join(' '));
      }
    }
  }
  return {
    rows: rows.length,
    chargePoints: new Set(rows.map((row) => row.charge_point_id)).size,
    connectors: connectors.size,
    sampledValues,
    distinctReadings: readings.size,
    queueMessages: queues.size,
    repeatedMessages: rows.length - messages.size,
    withoutLocation,
  };
}
