/** A message to begin with. */
export interface Example {
  readonly name: string;
  readonly payload: (timestamp: string) => unknown;
}

const sample = (value: string, measurand: string, unit?: string, phase?: string) => ({
  value,
  measurand,
  unit,
  phase,
});

const meterValues = (timestamp: string, sampledValue: readonly unknown[]) => ({
  connectorId: 1,
  meterValue: [{ timestamp, sampledValue }],
});

export const EXAMPLES: readonly [Example, ...Example[]] = [
  {
    name: 'Power and meter reading',
    payload: (timestamp) =>
      meterValues(timestamp, [
        sample('11.2', 'Power.Active.Import', 'kW'),
        sample('1250.5', 'Energy.Active.Import.Register', 'kWh'),
      ]),
  },
  {
    name: 'Current and voltage of three phases',
    payload: (timestamp) =>
      meterValues(timestamp, [
        ...['L1', 'L2', 'L3'].map((phase, at) => sample(String(16 - at / 10), 'Current.Import', 'A', phase)),
        ...['L1-N', 'L2-N', 'L3-N'].map((phase, at) => sample(String(230 + at), 'Voltage', 'V', phase)),
      ]),
  },
  {
    name: 'State of charge',
    payload: (timestamp) => meterValues(timestamp, [sample('63', 'SoC', 'Percent')]),
  },
  {
    name: 'One value good, one bad',
    payload: (timestamp) =>
      meterValues(timestamp, [
        sample('11.2', 'Power.Active.Import', 'kW'),
        sample('abc', 'Energy.Active.Import.Register', 'kWh'),
      ]),
  },
  {
    name: 'Rejected: its time is none',
    payload: () => meterValues('yesterday', [sample('11.2', 'Power.Active.Import', 'kW')]),
  },
];

export function exampleText({ payload }: Example, chargePointId: string, now: Date): string {
  return JSON.stringify({ chargePointId, payload: payload(now.toISOString()) }, null, 2);
}
