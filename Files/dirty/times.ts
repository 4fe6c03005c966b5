import {
  bad,
  dirtyCase,
  good,
  read,
  reading,
  request,
  type DirtyCase,
  type DirtyReading,
} from './dirty-case.js';

const ENTRY = '/meterValue/0';
const five = [{ value: '5' }];

function time(
  name: string,
  id: string,
  sent: string,
  timestamp: string,
  more: Partial<DirtyReading> = {},
): DirtyCase {
  return good(name, `time-${id}`, request(five, {}, sent), [reading(5, { timestamp, ...more })]);
}

function badTime(name: string, id: string, sent: unknown, reason: string): DirtyCase {
  return bad(name, `time-${id}`, request(five, {}, sent), ENTRY, reason);
}

const minute = (hour: number): string => `2025-11-05T${String(hour).padStart(2, '0')}:00:00`;
const wh = (value: number, sent: string): object => request([{ value: String(value) }], {}, sent);
const at = (hour: number, value: number): DirtyReading =>
  reading(value, { timestamp: `${minute(hour)}.000Z` });

export const TIMES: readonly DirtyCase[] = [
  time(
    'takes a time without a zone for UTC, and notes it',
    'no-zone',
    '2025-11-05T10:00:00',
    '2025-11-05T10:00:00.000Z',
    {
      quality: ['assumedUtc'],
    },
  ),
  time('takes a blank between date and time', 'blank', '2025-11-05 10:00:00', '2025-11-05T10:00:00.000Z', {
    quality: ['assumedUtc'],
  }),
  time('takes a time without seconds', 'no-seconds', '2025-11-05T10:00Z', '2025-11-05T10:00:00.000Z'),
  time('takes an offset off', 'offset', '2025-11-05T12:00:00+02:00', '2025-11-05T10:00:00.000Z'),
  time(
    'takes an offset of half an hour, without a colon',
    'offset-half',
    '2025-11-05T15:30:00+0530',
    '2025-11-05T10:00:00.000Z',
  ),
  time(
    'takes an offset that moves to the next day',
    'offset-day',
    '2025-11-05T23:30:00-08',
    '2025-11-06T07:30:00.000Z',
  ),
  time(
    'cuts off what is finer than a millisecond',
    'fraction',
    '2025-11-05T10:00:00.1239999Z',
    '2025-11-05T10:00:00.123Z',
  ),
  time(
    'takes the first instant that is allowed',
    'oldest',
    '2010-01-01T00:00:00Z',
    '2010-01-01T00:00:00.000Z',
  ),
  badTime('keeps what comes from 1970', '1970', '1970-01-01T00:00:00Z', 'timestamp_out_of_range'),
  badTime(
    'keeps what comes from the last millisecond before 2010',
    '2009',
    '2009-12-31T23:59:59.999Z',
    'timestamp_out_of_range',
  ),
  badTime('keeps what comes from 2100', '2100', '2100-01-01T00:00:00Z', 'timestamp_out_of_range'),
  badTime('keeps what comes from the year 9999', '9999', '9999-12-31T23:59:59Z', 'timestamp_out_of_range'),
  bad(
    'keeps a missing timestamp',
    'time-missing',
    { connectorId: 1, meterValue: [{ sampledValue: five }] },
    ENTRY,
    'missing_timestamp',
  ),
  badTime('keeps a timestamp of null', 'null', null, 'missing_timestamp'),
  badTime('keeps an empty timestamp', 'empty', '', 'missing_timestamp'),
  badTime('keeps a serial number of Excel', 'serial', 45_966.25, 'invalid_timestamp'),
  badTime('keeps a serial number of Excel as a text', 'serial-text', '45966.25', 'invalid_timestamp'),
  badTime('keeps milliseconds since 1970', 'epoch', 1_762_336_800_000, 'invalid_timestamp'),
  badTime('keeps a date as Germans write it', 'german', '05.11.2025 10:00:00', 'invalid_timestamp'),
  badTime('keeps a date without a time', 'date', '2025-11-05', 'invalid_timestamp'),
  badTime('keeps a day that does not exist', 'february', '2025-02-30T10:00:00Z', 'invalid_timestamp'),
  badTime('keeps an hour that does not exist', 'hour', '2025-11-05T24:00:00Z', 'invalid_timestamp'),
  badTime('keeps a timestamp with NUL', 'nul', '2025-11-05T10:00:00Z\u0000', 'invalid_timestamp'),

  dirtyCase(
    'stores hours that come out of order',
    'order-hours',
    [12, 9, 11, 10].map((hour) => read(wh(hour * 100, `${minute(hour)}Z`), { stored: 1 })),
    { readings: [9, 10, 11, 12].map((hour) => at(hour, hour * 100)) },
  ),
  dirtyCase(
    'stores entries that are out of order within a message',
    'order-entries',
    [
      read(
        {
          connectorId: 1,
          meterValue: [12, 9, 11].map((hour) => ({
            timestamp: `${minute(hour)}Z`,
            sampledValue: [{ value: String(hour) }],
          })),
        },
        { stored: 3 },
      ),
    ],
    { readings: [9, 11, 12].map((hour) => at(hour, hour)) },
  ),

  dirtyCase(
    'stores a repeated row once',
    'repeat-row',
    [
      read(wh(100, `${minute(10)}Z`), { stored: 1 }),
      read(wh(100, `${minute(10)}Z`), { duplicate: 1 }),
      read(wh(100, `${minute(10)}Z`), { duplicate: 1 }),
    ],
    { readings: [at(10, 100)] },
  ),
  dirtyCase(
    'stores a value that is repeated within a message once',
    'repeat-entry',
    [read(request([{ value: '100' }, { value: '100' }]), { stored: 1, duplicate: 1 })],
    { readings: [at(10, 100)] },
  ),
  dirtyCase(
    'knows the same reading in another unit, spelling and zone',
    'repeat-spelling',
    [
      read(request([{ value: '1.5', unit: 'kWh' }]), { stored: 1 }),
      read(request([{ value: '1500.0', unit: 'Wh' }], {}, '2025-11-05T11:00:00+01:00'), { duplicate: 1 }),
    ],
    { readings: [at(10, 1500)] },
  ),
  dirtyCase(
    'lets the clean spelling of a repeated reading stand',
    'repeat-quality',
    [
      read(request([{ value: 5 }], {}, '2025-11-05T10:00:00'), { stored: 1 }),
      read(request([{ value: '5' }]), { duplicate: 1 }),
    ],
    { readings: [at(10, 5)] },
  ),
  dirtyCase(
    'learns the transaction of a reading from its repetition',
    'repeat-transaction',
    [
      read(request([{ value: '5' }]), { stored: 1 }),
      read(request([{ value: '5' }], { transactionId: 7 }), { duplicate: 1 }),
    ],
    { readings: [reading(5, { transactionId: '7' })] },
  ),
  dirtyCase(
    'lets the larger of two values stand, when it comes first',
    'conflict-larger-first',
    [read(wh(100, `${minute(10)}Z`), { stored: 1 }), read(wh(90, `${minute(10)}Z`), { conflicting: 1 })],
    { readings: [at(10, 100)], conflicts: [at(10, 90)] },
  ),
  dirtyCase(
    'lets the larger of two values stand, when it comes last',
    'conflict-larger-last',
    [read(wh(90, `${minute(10)}Z`), { stored: 1 }), read(wh(100, `${minute(10)}Z`), { conflicting: 1 })],
    { readings: [at(10, 100)], conflicts: [at(10, 90)] },
  ),
  dirtyCase(
    'lets no zero stand against a register',
    'conflict-zero',
    [
      read(wh(0, `${minute(10)}Z`), { stored: 1 }),
      read(wh(-5, `${minute(10)}Z`), { conflicting: 1 }),
      read(wh(0, `${minute(10)}Z`), { duplicate: 1 }),
    ],
    { readings: [at(10, -5)], conflicts: [at(10, 0)] },
  ),
  dirtyCase(
    'keeps two conflicts of one reading within a message',
    'conflict-entries',
    [
      read(request([{ value: '1' }, { value: '3' }, { value: '2' }, { value: '3' }]), {
        stored: 1,
        conflicting: 2,
        duplicate: 1,
      }),
    ],
    { readings: [at(10, 3)], conflicts: [at(10, 1), at(10, 2)] },
  ),
];
