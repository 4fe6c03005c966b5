import {
  broken,
  dirtyCase,
  good,
  read,
  reading,
  refused,
  request,
  type DirtyCase,
  type DirtyCell,
  type DirtyFile,
  type DirtyRow,
} from './dirty-case.js';

const fiveRequest = request([{ value: '5' }]);
const five = JSON.stringify(fiveRequest);
const XLSX: readonly DirtyFile[] = ['xlsx'];
const CSV: readonly DirtyFile[] = ['csv'];

const kept = (name: string, id: DirtyCell, files?: readonly DirtyFile[]): DirtyCase =>
  good(name, id, fiveRequest, [reading(5)], files);

const notSent = (name: string, id: DirtyCell, code: string, files?: readonly DirtyFile[]): DirtyCase =>
  dirtyCase(name, id, [refused(five, code)], files === undefined ? {} : { files });

const one = (name: string, id: DirtyCell, row: DirtyRow, files: readonly DirtyFile[]): DirtyCase =>
  dirtyCase(name, id, [row], { files });

/** A cell that OCPP can't address, and plain JSON can. */
function unaddressable(name: string, id: string): DirtyCase {
  const row: DirtyRow = {
    payload: five,
    expect: {
      json: read(fiveRequest, { stored: 1 }).expect.json,
      'ocpp1.6': refused(five, 'unaddressable_charge_point').expect['ocpp1.6'],
    },
  };
  return dirtyCase(name, id, [row], { files: XLSX, readings: [reading(5)], by: ['json'] });
}

/** Ids that are unusual, ids that are none, and what only a spreadsheet can have in a cell. */
export const CELLS: readonly DirtyCase[] = [
  kept('takes an id with slashes', 'depot/7/bay 3'),
  kept('takes an id with a space in it', 'Bay 7'),
  kept('takes an id that begins with a space as it stands', ' Bay 8'),
  kept('takes an id with emoji', 'Säule 🔌🚗'),
  kept('takes an id that ends with a percent sign', '100%'),
  kept('takes an id that looks percent-encoded', '%41%2Fx'),
  kept('takes an id with what divides URLs', 'a?b#c&d=e+f;g:h@i'),
  kept('takes an id with quotes and backslashes', 'a"b\\c\'d,e'),
  kept('takes an id that runs from right to left', 'עמדת טעינה ٧'),
  kept('takes an id that is also a formula to spreadsheets', '=1+1'),
  kept('takes an id that is also a property of every object', '__proto__', XLSX),
  kept('takes an id of 255 characters', 'x'.repeat(255), XLSX),
  kept('takes an id with leading zeros', '00420'),
  unaddressable('takes an id that is a step in a path where the protocol can', '.'),
  unaddressable('takes an id that is two steps in a path where the protocol can', '..'),

  notSent('refuses an id of 256 characters', 'y'.repeat(256), 'invalid_charge_point', XLSX),
  notSent('refuses an id with a line break', 'Bay\n9', 'invalid_charge_point'),
  notSent('refuses an id with a tab', 'Bay\t9', 'invalid_charge_point'),
  notSent('refuses an id with NUL', 'Bay\0', 'invalid_charge_point', CSV),
  notSent('refuses a row without an id', '', 'missing_charge_point'),
  notSent('refuses an id of white space', ' \u00a0', 'missing_charge_point'),

  kept('reads an id that is a number', 2_047_244_603, XLSX),
  kept('reads an id that is a truth value as it is shown', true, XLSX),
  kept('reads an id that is calculated', { formula: '"CALC-"&7', value: 'CALC-7' }, XLSX),
  notSent('refuses an id that was never calculated', { formula: '"CALC-"&8' }, 'formula_without_value', XLSX),
  notSent('refuses an id of which a date was made', { date: 45_966 }, 'charge_point_is_date', XLSX),
  notSent('refuses an id that lost its last digits', 1.2345678901234567e19, 'charge_point_lost_digits', XLSX),
  notSent('refuses an id that is #N/A', { error: 42 }, 'charge_point_is_error', XLSX),

  dirtyCase(
    'reads a payload that is calculated',
    'cell-calculated',
    [{ ...read(fiveRequest, { stored: 1 }), payload: { formula: 'B1&""', value: five } }],
    { files: XLSX, readings: [reading(5)] },
  ),
  one(
    'refuses a payload that was never calculated',
    'cell-uncalculated',
    refused({ formula: 'B1&""' }, 'formula_without_value'),
    XLSX,
  ),
  one(
    'keeps a payload that is a date, as the number that it is',
    'cell-date',
    {
      ...read('45966.25', {}, [{ path: '', reason: 'not_meter_values', raw: '45966.25' }]),
      payload: { date: 45_966.25 },
    },
    XLSX,
  ),
  one('keeps a payload that is #REF!', 'cell-error', broken({ error: 23 }, '#REF!'), XLSX),
  one('keeps a payload that is a truth value', 'cell-true', broken(true, 'TRUE'), XLSX),
];
