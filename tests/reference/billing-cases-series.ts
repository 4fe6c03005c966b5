/** Intervals, directions and places. Figures are worked out by hand. */
import { measured, on, type BillingCase, type BillingSeries } from './billing-case.js';

const INTERVAL = 'Energy.Active.Import.Interval';

const BOTH_DIRECTIONS: readonly BillingSeries[] = [
  { registerReadings: on(['10:00', 1000], ['10:10', 1500]) },
  {
    measurand: 'Energy.Active.Export.Register',
    registerReadings: on(['10:00', 200], ['10:10', 260]),
  },
];

export const SERIES: readonly BillingCase[] = [
  {
    name: 'intervals add up, and a negative one is suspect',
    source: 'OCPP 1.6 7.31 Measurand: the energy of an interval, which its context tells',
    measurand: INTERVAL,
    registerReadings: on(['10:00', 100], ['10:15', -20], ['10:30', 120]),
    expected: measured(220, 20),
  },
  {
    name: 'clock-aligned and periodic intervals count once, also at one instant',
    source: 'OCPP 1.6 3.16.1 and 3.16.2: both are sent side by side, each with its own interval',
    measurand: INTERVAL,
    registerReadings: on(
      ['10:05', 150],
      ['10:10', 170],
      ['10:15', 180],
      ['10:15', 500, 'Sample.Clock'],
      ['10:20', 200],
      ['10:30', 600, 'Sample.Clock'],
    ),
    expected: measured(1100),
  },
  {
    name: 'an interval is not added to the register of the same connector',
    source: 'lbbrhzn/ocpp#1742: a charger that sends both',
    series: [
      { registerReadings: on(['10:00', 108_000], ['10:10', 108_600]) },
      { measurand: INTERVAL, registerReadings: on(['10:00', 590], ['10:10', 600]) },
    ],
    expected: measured(600),
  },
  {
    name: 'import is import, whatever flows back',
    source: 'OCPP 1.6 7.31 Measurand: a register of each direction',
    series: BOTH_DIRECTIONS,
    expected: measured(500),
  },
  {
    name: 'export is export',
    source: 'OCPP 1.6 7.31 Measurand: a register of each direction',
    series: BOTH_DIRECTIONS,
    direction: 'Export',
    expected: measured(60),
  },
  {
    name: 'the main meter is not added to the connectors',
    source: 'OCPP 1.6 4.7 Meter Values: connector 0 is the main meter',
    series: [
      { connectorId: 0, registerReadings: on(['10:00', 90_000], ['10:10', 90_550]) },
      { connectorId: 1, registerReadings: on(['10:00', 1000], ['10:10', 1300]) },
      { connectorId: 2, registerReadings: on(['10:00', 2000], ['10:10', 2200]) },
    ],
    expected: measured(500),
  },
  {
    name: 'inlet and outlet measure the same energy',
    source: 'OCPP 1.6 3.16.3: several locations',
    series: [
      { location: 'Inlet', registerReadings: on(['10:00', 1000], ['10:10', 1320]) },
      { location: 'Outlet', registerReadings: on(['10:00', 900], ['10:10', 1200]) },
    ],
    expected: measured(300),
  },
];
