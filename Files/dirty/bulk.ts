import {
  broken,
  dirtyCase,
  read,
  reading,
  refused,
  request,
  type DirtyCase,
  type DirtyPart,
  type DirtyReading,
} from './dirty-case.js';

const MEGABYTES = 1_000_000;
const ENTRIES = 1_000;
const FIRST = Date.parse('2025-11-06T00:00:00Z');

/** A thousand entries in one message, every hundredth bad: more than a cell of a spreadsheet holds. */
function thousandEntries(): DirtyCase {
  const readings: DirtyReading[] = [];
  const parts: DirtyPart[] = [];
  const meterValue = Array.from({ length: ENTRIES }, (_, index) => {
    const timestamp = new Date(FIRST + index * 10_000).toISOString();
    const isBad = index % 100 === 99;
    const entry = { timestamp, sampledValue: [{ value: isBad ? 'x' : String(index) }] };
    if (isBad) {
      const raw = { connectorId: 1, meterValue: [entry] };
      parts.push({ path: `/meterValue/${index}/sampledValue/0`, reason: 'invalid_value', raw });
    } else readings.push(reading(index, { timestamp }));
    return entry;
  });
  const row = read({ connectorId: 1, meterValue }, { stored: readings.length }, parts);
  return dirtyCase('takes a thousand entries in a message apart', 'bulk-entries', [row], {
    files: ['csv'],
    readings,
  });
}

export const BULK: readonly DirtyCase[] = [thousandEntries()];

/** Cells of megabytes, made when they are needed instead of kept in the repository. */
export function hugeCases(): DirtyCase[] {
  const padded = request([{ value: '5' }], { vendor: 'x'.repeat(2 * MEGABYTES) });
  const cut = JSON.stringify(request([{ value: '5' }], { vendor: 'ü'.repeat(1 * MEGABYTES) })).slice(0, -1);
  const tooLarge = request([{ value: '5' }], { vendor: 'x'.repeat(4 * MEGABYTES) });
  const { payload, expect } = refused(JSON.stringify(tooLarge), 'frame_too_large');
  // On a socket of one charge point the gateway knows whose frame it closes over, and keeps a note of it.
  const note: DirtyPart = { path: '', reason: 'frame_too_large', raw: '' };
  return [
    dirtyCase('reads a cell of 2 MB', 'huge-good', [read(padded, { stored: 1 })], {
      files: ['csv'],
      readings: [reading(5)],
    }),
    dirtyCase('keeps a broken cell of 2 MB whole', 'huge-broken', [broken(cut, cut)], { files: ['csv'] }),
    dirtyCase(
      'refuses a cell that is larger than the gateway takes, and goes on with the rows after it',
      'huge-refused',
      [
        read(request([{ value: '1' }], {}, '2025-11-05T09:00:00Z'), { stored: 1 }),
        { payload, expect: { json: expect.json, 'ocpp1.6': { ...expect['ocpp1.6'], quarantine: [note] } } },
        read(request([{ value: '3' }], {}, '2025-11-05T11:00:00Z'), { stored: 1 }),
      ],
      {
        files: ['csv'],
        readings: [
          reading(1, { timestamp: '2025-11-05T09:00:00.000Z' }),
          reading(3, { timestamp: '2025-11-05T11:00:00.000Z' }),
        ],
      },
    ),
  ];
}
