import { bad, dirtyCase, good, read, reading, request, TIME, type DirtyCase } from './dirty-case.js';

const SAMPLE = '/meterValue/0/sampledValue/0';

/** `{ value }` where only the value is odd. */
const value = (text: string): string =>
  `{"connectorId":1,"meterValue":[{"timestamp":"${TIME}","sampledValue":[{"value":${text}}]}]}`;

const power = { measurand: 'Power.Active.Import', unit: 'W' };
const celsius = { measurand: 'Temperature', unit: 'Celsius' };

function temperature(name: string, id: string, text: string, unit: string, degrees: number): DirtyCase {
  return good(name, id, request([{ value: text, measurand: 'Temperature', unit }]), [
    reading(degrees, celsius),
  ]);
}

/** JSON.parse makes Infinity of it, which is too large for the gateway, and which JSON can't spell on the way to the worker. */
function beyondDoubles(): DirtyCase {
  const part = { path: SAMPLE, reason: 'missing_value', raw: request([{ value: null }]) };
  const { payload, expect } = read(value('1e400'), {}, [part]);
  const json = { ...expect.json, code: 'value_out_of_range' };
  return dirtyCase('keeps a number beyond all doubles', 'value-1e400', [
    { payload, expect: { ...expect, json } },
  ]);
}

export const VALUES: readonly DirtyCase[] = [
  good(
    'stores kWh as Wh, by moving the point in the text',
    'value-kwh',
    request([{ value: '1.005', unit: 'kWh' }]),
    [reading(1005)],
  ),
  good('stores Wh as they are', 'value-wh', request([{ value: '1005.25', unit: 'Wh' }]), [reading(1005.25)]),
  good(
    'stores kW as W',
    'value-kw',
    request([{ value: '7.36', unit: 'kW', measurand: 'Power.Active.Import' }]),
    [reading(7360, power)],
  ),
  good(
    'takes energy without a unit for Wh, and power for W',
    'value-no-unit',
    request([{ value: '5' }, { value: '6', measurand: 'Power.Active.Import' }]),
    [reading(5), reading(6, power)],
  ),
  good(
    'keeps a unit that it does not know',
    'value-unknown-unit',
    request([{ value: '5', unit: 'furlong' }]),
    [reading(5, { unit: 'furlong' })],
  ),
  temperature('turns Fahrenheit into Celsius', 'value-fahrenheit', '77', 'Fahrenheit', 25),
  temperature('turns Kelvin into Celsius', 'value-kelvin', '298.15', 'K', 25),
  temperature('takes absolute zero', 'value-zero-kelvin', '0', 'Kelvin', -273.15),
  temperature('reads Celcius as the first edition spelt it', 'value-celcius', '-7.5', 'Celcius', -7.5),

  good('notes a number where a text belongs', 'value-number', request([{ value: 12.5 }]), [
    reading(12.5, { quality: ['numberForString'] }),
  ]),
  good('stores minus zero as zero', 'value-minus-zero', value('-0'), [
    reading(0, { quality: ['numberForString'] }),
  ]),
  good('stores the text -0.0 as zero', 'value-minus-zero-text', value('"-0.0"'), [reading(0)]),
  good('ignores white space around a value', 'value-spaces', value('" 12.5\\t"'), [reading(12.5)]),
  good('reads exponents', 'value-exponent', value('"1.5e3"'), [reading(1500)]),
  good('stores the largest value that is taken', 'value-largest', value('"1e15"'), [reading(1e15)]),
  bad(
    'keeps 1e300',
    'value-1e300',
    value('1e300'),
    SAMPLE,
    'value_out_of_range',
    request([{ value: 1e300 }]),
  ),
  bad(
    'keeps the text 1e300',
    'value-1e300-text',
    value('"1e300"'),
    SAMPLE,
    'value_out_of_range',
    request([{ value: '1e300' }]),
  ),
  beyondDoubles(),
  bad(
    'keeps a value that its unit makes too large',
    'value-large-unit',
    request([{ value: '9e14', unit: 'kWh' }]),
    SAMPLE,
    'value_out_of_range',
  ),
  ...(
    [
      ['NaN', 'nan', 'NaN'],
      ['Infinity', 'infinity', '-Infinity'],
      ['a decimal comma', 'comma', '1250,5'],
      ['thousands apart', 'thousands', '1 250.5'],
      ['hexadecimal', 'hex', '0x10'],
      ['a unit within the value', 'with-unit', '5 kWh'],
      ['digits of another script', 'arabic-digits', '٥٠'],
      ['white space', 'blank', ' '],
      ['NUL within digits', 'nul', '1\u00002'],
    ] as const
  ).map(([what, id, text]) =>
    bad(`keeps a value that is ${what}`, `value-${id}`, request([{ value: text }]), SAMPLE, 'invalid_value'),
  ),
  ...([true, [5], { is: 5 }] as const).map((odd) =>
    bad(
      `keeps a value that is ${Array.isArray(odd) ? 'a list' : typeof odd}`,
      `value-${Array.isArray(odd) ? 'list' : typeof odd}`,
      request([{ value: odd }]),
      SAMPLE,
      'invalid_value',
    ),
  ),
  ...([undefined, null, ''] as const).map((none) =>
    bad(
      `keeps a sampled value whose value is ${none === '' ? 'an empty text' : String(none)}`,
      `value-${none === '' ? 'empty' : String(none)}`,
      request([{ value: none, unit: 'Wh' }]),
      SAMPLE,
      'missing_value',
    ),
  ),
  bad(
    'keeps signed data that is no text',
    'value-signed',
    request([{ value: 81, format: 'SignedData' }]),
    SAMPLE,
    'signed_data',
  ),

  good(
    'stores an unknown measurand under its name',
    'name-unknown',
    request([{ value: '61.5', measurand: 'Vendor.Humidity', unit: '%' }]),
    [reading(61.5, { measurand: 'Vendor.Humidity', unit: '%' })],
  ),
  good(
    'stores names in a script that runs from right to left',
    'name-rtl',
    request([{ value: '5', measurand: 'אנרגיה', context: 'دوري', unit: 'واط' }]),
    [reading(5, { measurand: 'אנרגיה', context: 'دوري', unit: 'واط' })],
  ),
  good(
    'takes empty names for absent ones',
    'name-empty',
    request([{ value: '5', measurand: '', context: null, location: '', phase: '', unit: '' }]),
    [reading(5)],
  ),
  bad(
    'keeps a name that is too long',
    'name-long',
    request([{ value: '5', measurand: 'x'.repeat(51) }]),
    SAMPLE,
    'invalid_name',
  ),
  bad(
    'keeps a name with NUL',
    'name-nul',
    request([{ value: '5', measurand: 'SoC\u0000' }]),
    SAMPLE,
    'invalid_name',
  ),
  bad(
    'keeps a name that is a number',
    'name-number',
    request([{ value: '5', phase: 1 }]),
    SAMPLE,
    'invalid_name',
  ),

  good(
    'takes a connector written as a text',
    'connector-text',
    request([{ value: '5' }], { connectorId: '2' }),
    [reading(5, { connectorId: 2 })],
  ),
  good(
    'takes a missing connector for the whole charge point',
    'connector-missing',
    request([{ value: '5' }], { connectorId: undefined }),
    [reading(5, { connectorId: 0 })],
  ),
  ...([-1, 1.5, 'left', 2_147_483_648] as const).map((connectorId) =>
    bad(
      `keeps a request of connector ${connectorId}`,
      `connector-${connectorId}`,
      request([{ value: '5' }], { connectorId }),
      '',
      'invalid_connector',
    ),
  ),
  good(
    'keeps transaction 0 as what was sent',
    'transaction-zero',
    request([{ value: '5' }], { transactionId: 0 }),
    [reading(5, { transactionId: '0' })],
  ),
  good(
    'takes an empty transaction for none',
    'transaction-empty',
    request([{ value: '5' }], { transactionId: '' }),
    [reading(5)],
  ),
  bad(
    'keeps a request whose transaction is an object',
    'transaction-object',
    request([{ value: '5' }], { transactionId: {} }),
    '',
    'invalid_transaction',
  ),

  dirtyCase(
    'stores the good values of a message and keeps the bad ones, each as a request of its own',
    'mixed',
    [
      read(
        {
          connectorId: 2,
          transactionId: 77,
          meterValue: [
            {
              timestamp: TIME,
              sampledValue: [{ value: '1' }, { value: 'x' }, { value: '3', measurand: 'SoC' }],
            },
            { timestamp: 'soon', sampledValue: [{ value: '4' }] },
            { timestamp: '2025-11-05T10:01:00Z', sampledValue: [{ value: '5' }, null] },
          ],
        },
        { stored: 3 },
        [
          {
            path: '/meterValue/0/sampledValue/1',
            reason: 'invalid_value',
            raw: {
              connectorId: 2,
              transactionId: 77,
              meterValue: [{ timestamp: TIME, sampledValue: [{ value: 'x' }] }],
            },
          },
          {
            path: '/meterValue/1',
            reason: 'invalid_timestamp',
            raw: {
              connectorId: 2,
              transactionId: 77,
              meterValue: [{ timestamp: 'soon', sampledValue: [{ value: '4' }] }],
            },
          },
          {
            path: '/meterValue/2/sampledValue/1',
            reason: 'missing_value',
            raw: {
              connectorId: 2,
              transactionId: 77,
              meterValue: [{ timestamp: '2025-11-05T10:01:00Z', sampledValue: [null] }],
            },
          },
        ],
      ),
    ],
    {
      readings: [
        reading(1, { connectorId: 2, transactionId: '77' }),
        reading(3, { connectorId: 2, transactionId: '77', measurand: 'SoC', unit: 'Percent' }),
        reading(5, { connectorId: 2, transactionId: '77', timestamp: '2025-11-05T10:01:00.000Z' }),
      ],
    },
  ),
];
