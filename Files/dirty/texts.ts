import {
  bad,
  broken,
  dirtyCase,
  good,
  read,
  reading,
  request,
  type DirtyCase,
  type DirtyRow,
} from './dirty-case.js';

const five = JSON.stringify(request([{ value: '5' }]));
/** What a cell of a spreadsheet holds at most. */
const CELL_LIMIT = 32_767;

function one(name: string, id: string, row: DirtyRow, files?: DirtyCase['files']): DirtyCase {
  return dirtyCase(name, id, [row], files === undefined ? {} : { files });
}

const brokenText = (name: string, id: string, text: string): DirtyCase =>
  one(`keeps ${name}`, id, broken(text, text));

/** Payloads that are no JSON, or not the JSON of a request. */
export const TEXTS: readonly DirtyCase[] = [
  brokenText('JSON that ends too early', 'text-cut', five.slice(0, -12)),
  brokenText('JSON with single quotes', 'text-single-quotes', five.replaceAll('"', "'")),
  brokenText("JSON with a word processor's quotes", 'text-smart-quotes', five.replaceAll('"', '”')),
  brokenText('JSON with a comma too many', 'text-comma', five.replace('}]', '},]')),
  brokenText('JSON with NaN for a number', 'text-nan', five.replace('"5"', 'NaN')),
  brokenText('prose', 'text-prose', 'see the other sheet'),
  brokenText('an empty cell', 'text-empty', ''),
  brokenText('HTML', 'text-html', '<b>504</b> Gateway "Time-out"'),
  brokenText('text that runs from right to left', 'text-rtl', 'ערכי מונה: ٥ kWh \u202e}'),
  brokenText('text that would close the frame', 'text-closing', '{}]'),
  one(
    'keeps two requests in one cell, of which a lenient reader would take one',
    'text-two',
    broken(`${five},${five}`, `${five},${five}`, `[2,"{id}","MeterValues",${five},${five}`),
  ),
  one(
    'keeps a payload that was cut off at the limit of a cell',
    'text-limit',
    (() => {
      const text = five.padEnd(CELL_LIMIT, ' ').slice(0, CELL_LIMIT - 1) + 'x';
      return broken(text, text);
    })(),
  ),
  one(
    'keeps a payload with a raw NUL',
    'text-nul',
    broken(five.replace('5', '5\0'), five.replace('5', '5\0')),
    ['csv'],
  ),
  one(
    'keeps a payload with a raw line break in a string',
    'text-line',
    broken(five.replace('"5"', '"5\n"'), five.replace('"5"', '"5\n"')),
    ['csv'],
  ),
  good('reads JSON on several lines', 'text-pretty', JSON.stringify(JSON.parse(five), null, 2), [reading(5)]),
  good('reads JSON with white space around it', 'text-padded', ` \t${five} `, [reading(5)]),
  good(
    'takes the last of repeated keys, as JSON does',
    'text-keys',
    five.replace('"value":"5"', '"value":"4","value":"5"'),
    [reading(5)],
  ),
  good(
    'ignores what it does not know',
    'text-unknown',
    five.replace('{"connectorId"', '{"__proto__":{"meterValue":[]},"vendor":{"a":[1]},"connectorId"'),
    [reading(5)],
  ),

  bad('keeps a list', 'json-list', '[]', '', 'not_meter_values'),
  bad('keeps a number', 'json-number', '5', '', 'not_meter_values'),
  bad('keeps null', 'json-null', 'null', '', 'not_meter_values'),
  bad(
    'keeps a request that was made JSON twice',
    'json-twice',
    JSON.stringify(five),
    '',
    'not_meter_values',
    five,
  ),
  dirtyCase('keeps JSON that is nested too deep', 'json-deep', [
    (() => {
      const text = '['.repeat(40) + ']'.repeat(40);
      const { json } = read(text, {}, [{ path: '', reason: 'not_meter_values', raw: text }]).expect;
      const { 'ocpp1.6': ocpp } = broken(text, text).expect;
      const quarantine = ocpp.quarantine.map((part) => ({ ...part, reason: 'nested_too_deep' }));
      return { payload: text, expect: { json, 'ocpp1.6': { ...ocpp, quarantine } } };
    })(),
  ]),
  bad('keeps an empty object', 'json-empty', '{}', '', 'missing_meter_value'),
  bad(
    'keeps a request without meter values',
    'json-no-entries',
    { connectorId: 1, meterValue: [] },
    '',
    'missing_meter_value',
  ),
  bad(
    'keeps meter values that are no list',
    'json-object',
    { connectorId: 1, meterValue: {} },
    '',
    'missing_meter_value',
  ),
  bad(
    'keeps an entry without sampled values',
    'json-no-samples',
    request([]),
    '/meterValue/0',
    'missing_sampled_value',
  ),
  bad(
    'keeps an entry that is a text',
    'json-text-entry',
    { connectorId: 1, meterValue: ['5 kWh'] },
    '/meterValue/0',
    'missing_sampled_value',
  ),
];
