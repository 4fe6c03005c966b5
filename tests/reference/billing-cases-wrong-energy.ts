/** Every row of what users of other systems report under "wrong energy". Figures are worked out by hand. */
import { isoTime, measured, on, type BillingCase } from './billing-case.js';

export const WRONG_ENERGY: readonly BillingCase[] = [
  {
    name: 'Transaction.Begin is reported as 0, then the lifetime register: not hundreds of kWh',
    trouble: 'Transaction.Begin reported as 0, then the lifetime register: hundreds of kWh billed',
    source: 'evcc-io/evcc#26734: 0 instead of the total when charging starts',
    registerReadings: on(
      ['09:45', 1_234_000, 'Sample.Clock'],
      ['10:00', 0, 'Transaction.Begin', '7'],
      ['10:01', 1_234_050, null, '7'],
      ['10:02', 1_234_100, null, '7'],
      ['10:03', 1_234_160, 'Transaction.End', '7'],
    ),
    // 09:45 to 10:01 is longer than 3 minutes: 50 Wh estimated. Then 50 and 60.
    expected: { energyWh: 160, measuredWh: 110, estimatedWh: 50, suspectWh: 1_234_000 },
  },
  {
    name: 'Transaction.Begin as 0 is the first that was ever heard',
    trouble: 'Transaction.Begin reported as 0, then the lifetime register: hundreds of kWh billed',
    source: "evcc-io/evcc#29374: a session's energy is the lifetime register, since its start is unknown",
    registerReadings: on(
      ['10:00', 0, 'Transaction.Begin', '7'],
      ['10:01', 1_234_050, null, '7'],
      ['10:02', 1_234_100, null, '7'],
    ),
    // 1,234,050 Wh in a minute are not possible.
    expected: measured(50, 1_234_050),
  },
  {
    name: 'a message that carries only SoC changes no energy',
    trouble: "a message that carries only SoC resets the session's energy",
    source: 'seen elsewhere: "a message that carries only SoC resets the session\'s energy"',
    series: [
      {
        registerReadings: on(
          ['10:00', 5000, null, '7'],
          ['10:10', 6000, null, '7'],
          ['10:30', 8000, null, '7'],
        ),
      },
      { measurand: 'SoC', location: 'EV', unit: 'Percent', registerReadings: on(['10:20', 55, null, '7']) },
    ],
    expected: measured(3000),
  },
  {
    name: 'values of one instant that differ in context: the register as it is, not as it was at the begin',
    trouble: 'values of one instant that differ in context overwrite each other',
    source: 'lbbrhzn/ocpp#1838: each message holds Sample.Periodic and the Transaction.Begin of the session',
    registerReadings: on(
      ['09:50', 160_000, null, '7'],
      ['09:50', 157_440, 'Transaction.Begin', '7'],
      ['10:00', 163_630, null, '7'],
      ['10:00', 157_440, 'Transaction.Begin', '7'],
      ['10:10', 167_200, null, '7'],
      ['10:10', 157_440, 'Transaction.Begin', '7'],
    ),
    // 3,630 + 3,570
    expected: measured(7200),
  },
  {
    name: 'values of one instant that differ in context: a 0 never stands before the register',
    trouble: 'values of one instant that differ in context overwrite each other',
    source: 'lbbrhzn/ocpp#1466: Transaction.Begin of 0 overrides the register of the same message',
    registerReadings: on(
      ['10:00', 4000, null, '7'],
      ['10:00', 0, 'Transaction.Begin', '7'],
      ['10:10', 0, null, '7'],
      ['10:10', 4369, 'Transaction.Begin', '7'],
      ['10:20', 4700, null, '7'],
    ),
    expected: measured(700),
  },
  {
    name: 'lifetime and session-relative registers are mixed: Sample.Clock is the lifetime one',
    trouble: 'lifetime and session-relative registers are mixed',
    source:
      'lbbrhzn/ocpp#919 (pull request), #374: energy of the session in one context, lifetime in another',
    registerReadings: on(
      ['09:45', 800_000, 'Sample.Clock'],
      ['10:05', 500, null, 'A'],
      ['10:15', 801_000, 'Sample.Clock'],
      ['10:20', 1500, null, 'A'],
      ['10:30', 802_000, 'Sample.Clock'],
      ['10:35', 2500, null, 'A'],
    ),
    // The clock is contradicted four times in a row: 500, 1,500, 2,500 remain.
    expected: measured(2000),
  },
  {
    name: 'lifetime and session-relative registers are mixed: Start and Stop tell the lifetime one',
    trouble: 'lifetime and session-relative registers are mixed',
    source: 'matth-x/MicroOcpp#66: meterStart goes on over transactions while MeterValues start at zero',
    registerReadings: on(
      ['10:00', 800_000, 'MeterStart', 'A'],
      ['10:05', 300, null, 'A'],
      ['10:15', 1300, null, 'A'],
      ['10:20', 801_400, 'MeterStop', 'A'],
      ['11:00', 801_400, 'MeterStart', 'B'],
      ['11:05', 200, null, 'B'],
      ['11:15', 1200, null, 'B'],
      ['11:20', 802_700, 'MeterStop', 'B'],
    ),
    // MeterStart is contradicted twice; 1,300 to 200 is a reset: 1,000 + 1,000.
    expected: measured(2000),
  },
  {
    name: 'late data counts like any other',
    trouble: "late data isn't in the aggregate until someone refreshes it",
    source: 'timescale/timescaledb#2285: what arrives after the refresh never gets into the aggregate',
    registerReadings: on(['10:00', 1000], ['10:30', 1600], ['10:20', 1500], ['10:10', 1100]),
    expected: measured(600),
    expectedQuarters: { [isoTime('10:00')]: 300, [isoTime('10:15')]: 300 },
  },
  {
    name: "a step across a bucket's edge is in both buckets, and lost in none",
    trouble: "bucket deltas lose the step across the bucket's edge",
    source: 'seen elsewhere: "bucket deltas lose the step across the bucket\'s edge"',
    registerReadings: on(['10:10', 1000], ['10:20', 1300], ['10:25', 1400]),
    expected: measured(400),
    expectedQuarters: { [isoTime('10:00')]: 150, [isoTime('10:15')]: 250 },
  },
  {
    name: 'a step across midnight is in both days',
    trouble: "bucket deltas lose the step across the bucket's edge",
    source: 'dsmrreader/dsmr-reader#766 (pull request): the last minute of the day is missing',
    registerReadings: [
      ['2026-03-28T23:55:00Z', 'Sample.Periodic', 1000, null],
      ['2026-03-29T00:05:00Z', 'Sample.Periodic', 1100, null],
    ],
    expected: measured(100),
    expectedQuarters: { '2026-03-28T23:45:00Z': 50, '2026-03-29T00:00:00Z': 50 },
  },
  {
    name: 'L1, L2, L3 and the total are not added together',
    trouble: 'L1, L2, L3 and the total are added together',
    source: 'lbbrhzn/ocpp#1925 (pull request); OCPP 1.6 3.16.3',
    series: [
      { registerReadings: on(['10:00', 3000], ['10:10', 3600]) },
      { phase: 'L1', registerReadings: on(['10:00', 1000], ['10:10', 1200]) },
      { phase: 'L2', registerReadings: on(['10:00', 1000], ['10:10', 1250]) },
      { phase: 'L3', registerReadings: on(['10:00', 1000], ['10:10', 1150]) },
    ],
    expected: measured(600),
  },
  {
    name: 'L1, L2 and L3 are added up where there is no total',
    trouble: 'L1, L2, L3 and the total are added together',
    source: 'citrineos/citrineos-core#395 (pull request)',
    series: [
      { phase: 'L1', registerReadings: on(['10:00', 1000], ['10:10', 1200]) },
      { phase: 'L2', registerReadings: on(['10:00', 2000], ['10:10', 2250]) },
      { phase: 'L3', registerReadings: on(['10:00', 3000], ['10:10', 3150]) },
    ],
    expected: measured(600),
  },
  {
    name: 'kWh and Wh mixed by one charger are one register once they are in Wh',
    trouble: 'kWh and Wh mixed by one charger',
    source: 'evcc-io/evcc#19590 (pull request); OCPP 1.6 7.43: the unit is of each value',
    // 12.345 kWh, 12845 Wh, 13.345 kWh
    registerReadings: on(['10:00', 12_345], ['10:10', 12_845, 'Trigger'], ['10:20', 13_345]),
    expected: measured(1000),
  },
  {
    name: 'kWh that are called Wh, once, are a dip',
    trouble: 'kWh and Wh mixed by one charger',
    source: 'OpenEVSE/openevse_esp32_firmware#703: kWh with the unit Wh',
    registerReadings: on(['10:00', 12_345_000], ['10:01', 12_345], ['10:02', 12_345_200]),
    expected: measured(200, 12_332_655),
  },
];
