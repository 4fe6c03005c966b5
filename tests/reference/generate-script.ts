/** What the meters of a connector go through, as plain lists of ticks: what fails shrinks to the few that matter. */
import fc from 'fast-check';
import type { ConnectorScript, Tick } from './generate-connector.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const advance: fc.Arbitrary<Tick['advance']> = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(MINUTE_MS, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS) },
  // To the next edge of 15 minutes, and just around it.
  { weight: 25, arbitrary: fc.constantFrom('edge' as const, 'before edge' as const, 'after edge' as const) },
  { weight: 6, arbitrary: fc.constantFrom('midnight' as const, 'before midnight' as const) },
  { weight: 15, arbitrary: fc.integer({ min: 1, max: 20 * 60 }).map((seconds) => seconds * SECOND_MS) },
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 3_000 }) },
  // Exactly three times a usual cadence, gaps of hours and days, and of more than 31 days.
  { weight: 15, arbitrary: fc.constantFrom(3 * MINUTE_MS, 3 * MINUTE_MS + 1, 45 * MINUTE_MS) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 30 }).map((hours) => hours * HOUR_MS) },
  { weight: 1, arbitrary: fc.constantFrom(20 * 24 * HOUR_MS, 31 * 24 * HOUR_MS, 40 * 24 * HOUR_MS) },
);

const event: fc.Arbitrary<Tick['event']> = fc.oneof(
  { weight: 10, arbitrary: fc.constant('none' as const) },
  { weight: 3, arbitrary: fc.constantFrom('begin' as const, 'end' as const) },
  { weight: 3, arbitrary: fc.constant('zero' as const) },
  {
    weight: 3,
    arbitrary: fc.constantFrom('spike' as const, 'dip' as const, 'jump' as const, 'reset' as const),
  },
  { weight: 1, arbitrary: fc.constant('nearly full' as const) },
);

const context: fc.Arbitrary<Tick['context']> = fc.oneof(
  { weight: 8, arbitrary: fc.constant('Sample.Periodic') },
  { weight: 4, arbitrary: fc.constant('Sample.Clock') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'Transaction.Begin',
      'Transaction.End',
      'Interruption.Begin',
      'Interruption.End',
      'Trigger',
      'Other',
      'Alarm',
      'Zone',
      'MeterStart',
      'MeterStop',
    ),
  },
);

const tick: fc.Arbitrary<Tick> = fc.record({
  advance,
  event,
  /** Tenths of a Wh. */
  tenths: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 40_000 }) },
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 3_000_000 }) },
  ),
  context,
  /** Another context of the same instant, with a value that is off by so much. */
  twin: fc.option(fc.record({ context, offset: fc.constantFrom(0, 0, 10, -10, 4_000, -4_000) }), {
    nil: null,
    freq: 5,
  }),
  names: fc.oneof(
    { weight: 6, arbitrary: fc.constant('session' as const) },
    { weight: 3, arbitrary: fc.constantFrom('nothing' as const, '0' as const, '-1' as const) },
    { weight: 1, arbitrary: fc.constant('another' as const) },
  ),
  leavesOut: fc.nat({ max: 7 }),
});

/** A connector with anything that may go wrong, now and then. */
export const script: fc.Arbitrary<ConnectorScript> = fc.record({
  place: fc.constantFrom(
    { evseId: 0, connectorId: 1 },
    { evseId: 0, connectorId: 1 },
    { evseId: 0, connectorId: 2 },
    { evseId: 0, connectorId: 0 },
    { evseId: 1, connectorId: 0 },
    { evseId: 1, connectorId: 1 },
  ),
  registerStartsAt: fc.constantFrom(
    0,
    700,
    5_000,
    1_234_567,
    9_998_000,
    9_999_950,
    4_294_967_000,
    99_999_000,
  ),
  isOfSession: fc.boolean(),
  clockShows: fc.constantFrom('same' as const, 'same' as const, 'other' as const),
  boundaryShows: fc.constantFrom('same' as const, 'same' as const, 'other' as const),
  /** Whether sessions are told by StartTransaction and StopTransaction, or only named by readings. */
  isTold: fc.boolean(),
  measures: fc.oneof(
    { weight: 5, arbitrary: fc.constant(['total'] as const) },
    {
      weight: 5,
      arbitrary: fc.subarray(
        [
          'total',
          'L1',
          'L2',
          'L3',
          'L1-N',
          'N',
          'interval',
          'power',
          'SoC',
          'export',
          'inlet',
          'grid',
          'upstream',
          'reactive',
        ] as const,
        { minLength: 1, maxLength: 4 },
      ),
    },
  ),
  ticks: fc.array(tick, { minLength: 2, maxLength: 26 }),
});

/** One register whose values are hardly ever right: how far a change reaches shows where much is left out in a row. */
export const troubledScript: fc.Arbitrary<ConnectorScript> = fc.record({
  place: fc.constant({ evseId: 0, connectorId: 1 }),
  registerStartsAt: fc.constantFrom(700, 5_000, 9_998_000),
  isOfSession: fc.boolean(),
  clockShows: fc.constantFrom('same' as const, 'other' as const),
  boundaryShows: fc.constantFrom('same' as const, 'other' as const),
  isTold: fc.boolean(),
  measures: fc.constantFrom(['total'] as const, ['total'] as const, ['interval'] as const),
  ticks: fc.array(
    fc.record({
      advance: fc.oneof(
        // More samples in 15 minutes than a change reaches, and fewer.
        { weight: 2, arbitrary: fc.constantFrom<Tick['advance']>(20 * SECOND_MS, 20 * SECOND_MS, MINUTE_MS) },
        {
          weight: 1,
          arbitrary: fc.constantFrom<Tick['advance']>(15 * MINUTE_MS, 40 * MINUTE_MS, 'edge', 'midnight'),
        },
      ),
      event: fc.constantFrom<Tick['event']>(
        'none',
        'zero',
        'zero',
        'spike',
        'dip',
        'dip',
        'reset',
        'begin',
        'end',
      ),
      tenths: fc.constantFrom(0, 10, 500, 30_000),
      context: fc.constantFrom('Sample.Periodic', 'Sample.Periodic', 'Sample.Clock', 'Transaction.Begin'),
      twin: fc.constant(null),
      names: fc.constantFrom<Tick['names']>('session', 'session', 'nothing', 'another'),
      leavesOut: fc.constant(7),
    }),
    { minLength: 20, maxLength: 60, size: 'max' },
  ),
});
