/** Registers as they are, and as meters go wrong. Figures are worked out by hand. */
import { measured, on, type BillingCase } from './billing-case.js';

export const REGISTERS: readonly BillingCase[] = [
  {
    name: 'a lifetime register goes on from session to session',
    source: 'OCPP 1.6 7.31 Measurand; 4.8 Start Transaction, 4.10 Stop Transaction',
    registerReadings: on(
      ['10:00', 700_000, 'MeterStart', 'A'],
      ['10:10', 701_000, null, 'A'],
      ['10:20', 702_000, 'MeterStop', 'A'],
      ['10:30', 702_000, 'MeterStart', 'B'],
      ['10:40', 702_500, 'MeterStop', 'B'],
    ),
    expected: measured(2500),
  },
  {
    name: 'a register that starts again with each transaction',
    source: 'ChargeTimeEU/Java-OCA-OCPP#331: some reset at each transaction, others never',
    registerReadings: on(
      ['10:00', 0, 'MeterStart', 'A'],
      ['10:10', 1000, null, 'A'],
      ['10:20', 2000, 'MeterStop', 'A'],
      ['11:00', 0, 'MeterStart', 'B'],
      ['11:10', 500, null, 'B'],
      ['11:20', 1500, 'MeterStop', 'B'],
      ['12:00', 0, 'MeterStart', 'C'],
      ['12:10', 700, null, 'C'],
      ['12:20', 900, 'MeterStop', 'C'],
    ),
    // 2,000 + 1,500 + 900
    expected: measured(4400),
  },
  {
    name: 'a register that starts again with each transaction, at a 0 that is no placeholder',
    source: 'ChargeTimeEU/Java-OCA-OCPP#331: some reset at each transaction, others never',
    registerReadings: on(
      ['10:00', 0, 'MeterStart', 'A'],
      ['10:10', 1000, null, 'A'],
      ['11:00', 0, 'MeterStart', 'B'],
      ['11:10', 300, null, 'B'],
      ['11:20', 1200, null, 'B'],
      ['12:00', 0, 'MeterStart', 'C'],
      // More than B's last value: in a lifetime register the 0 before it would be a placeholder.
      ['12:20', 1300, null, 'C'],
      ['13:00', 0, 'MeterStart', 'D'],
      ['13:10', 200, null, 'D'],
    ),
    // 1,000 + 1,200 + 1,300 + 200
    expected: measured(3700),
  },
  {
    name: 'a register that is reset counts from its new value',
    source: 'ChargeTimeEU/Java-OCA-OCPP#331: some reset at each reboot',
    registerReadings: on(['10:00', 5000], ['10:10', 5400], ['10:20', 60], ['10:30', 360]),
    expected: measured(700),
  },
  {
    name: 'a register rolls over at 10,000,000 Wh',
    source: 'seen elsewhere: a register of seven digits, home-assistant/core#119825',
    registerReadings: on(['10:00', 9_999_950], ['10:10', 60], ['10:20', 160]),
    expected: measured(210),
  },
  {
    name: 'a register rolls over at 2^32 Wh',
    source: 'seen elsewhere: a register of 32 bits',
    registerReadings: on(['10:00', 4_294_967_200], ['10:10', 4], ['10:20', 104]),
    // 96 + 4 + 100
    expected: measured(200),
  },
  {
    name: 'a lone zero is a placeholder',
    source: 'lbbrhzn/ocpp#1756: the register drops to zero for a short period',
    registerReadings: on(['10:00', 16_000_000], ['10:01', 0], ['10:02', 16_000_100], ['10:03', 16_000_200]),
    expected: measured(200, 16_000_000),
  },
  {
    name: 'two zeros are placeholders',
    source: 'lbbrhzn/ocpp#1756: the register drops to zero for a short period',
    registerReadings: on(['10:00', 16_000_000], ['10:01', 0], ['10:02', 0], ['10:03', 16_000_150]),
    expected: measured(150, 16_000_000),
  },
  {
    name: 'three zeros are a reset, and the step back up is not possible',
    source: 'home-assistant/core#182493: zeros for hours, then the whole register as consumption',
    registerReadings: on(
      ['10:00', 5_000_000],
      ['10:01', 0],
      ['10:02', 0],
      ['10:03', 0],
      ['10:04', 5_000_020],
      ['10:05', 5_000_030],
    ),
    expected: measured(10, 5_000_020),
  },
  {
    name: 'a spike is not billed',
    source: 'isystemsautomation/homemaster-dev#10 (pull request): a lone frame of all ones',
    registerReadings: on(['10:00', 5000], ['10:10', 25_480], ['10:20', 5200], ['10:30', 5300]),
    // 25,480 - 5,200
    expected: measured(300, 20_280),
  },
  {
    name: 'a dip is not billed',
    source: 'evcc-io/evcc#30592 (pull request): a total below the last one, then back',
    registerReadings: on(['10:00', 5000], ['10:10', 4200], ['10:20', 5200], ['10:30', 5300]),
    expected: measured(300, 800),
  },
  {
    name: 'a jump after a firmware update is not billed',
    source: 'seen elsewhere: "a jump after a firmware update"',
    registerReadings: on(['10:00', 500_000], ['10:10', 500_400], ['10:20', 812_000], ['10:30', 812_300]),
    expected: measured(700, 311_600),
  },
  {
    name: 'the energy of a gap is estimated',
    source: 'matth-x/MicroOcpp#387: the network is lost while charging',
    registerReadings: on(
      ['10:00', 100],
      ['10:01', 200],
      ['10:02', 300],
      ['10:03', 400],
      ['12:03', 9400],
      ['12:04', 9500],
    ),
    expected: { energyWh: 9400, measuredWh: 400, estimatedWh: 9000, suspectWh: 0 },
  },
  {
    name: 'exactly three times the cadence is no gap',
    source: 'docs/energy.md, 6',
    registerReadings: on(
      ['10:00', 100],
      ['10:01', 200],
      ['10:02', 300],
      ['10:03', 400],
      ['10:06', 500],
      ['10:07', 600],
    ),
    expected: measured(500),
  },
  {
    name: 'a millisecond more than three times the cadence is a gap',
    source: 'docs/energy.md, 6',
    registerReadings: on(
      ['10:00', 100],
      ['10:01', 200],
      ['10:02', 300],
      ['10:03', 400],
      ['10:06:00.001', 500],
      ['10:07:00.001', 600],
    ),
    expected: { energyWh: 500, measuredWh: 400, estimatedWh: 100, suspectWh: 0 },
  },
  {
    name: 'a step of 500 kW and 1 kWh is possible',
    source: 'docs/energy.md; 500 A at 1,000 V',
    registerReadings: on(['10:00', 100_000], ['10:00:36', 106_000]),
    expected: measured(6000),
  },
  {
    name: 'a step of a Wh more is not',
    source: 'docs/energy.md; 500 A at 1,000 V',
    registerReadings: on(['10:00', 100_000], ['10:00:36', 106_001]),
    expected: measured(0, 6001),
  },
  {
    name: 'readings without a transaction, and with transaction 0, count',
    source: 'OCPP 1.6 4.7 Meter Values: the transaction may be omitted',
    registerReadings: on(
      ['10:00', 1000, 'MeterStart', 'A'],
      ['10:10', 1100],
      ['10:20', 1250, null, '0'],
      ['10:30', 1300, 'MeterStop', 'A'],
    ),
    sessions: [{ transaction: 'A', startedAt: '2026-03-10T10:00:00Z', endedAt: '2026-03-10T10:30:00Z' }],
    expected: measured(300),
  },
];
