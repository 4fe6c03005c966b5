import { toBaseUnit, unitRule } from '../../../protocol/units.js';
import type { CommandSpec } from './command-spec.js';
import { nearest } from './nearest.js';
import { parsed, problem, type Parsed } from './parsed.js';
import { spelt, STOP_REASONS } from './vocabulary.js';

const DEFAULT_TAG = 'TAG-1';
/** meterStart and meterStop are whole Wh (section 6.45). */
const MAX_METER_WH = 2_147_483_647;

export const SESSION_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'start',
    group: 'session',
    usage: '[idTag] [meterStart] [Wh|kWh]',
    summary: 'StartTransaction: a charging session begins',
    details:
      `Without an idTag it is ${DEFAULT_TAG}; without meterStart it is what the meter showed last, else 0. meterStart is in Wh. ` +
      "Readings sent until stop carry the session's transaction id. 'again' repeats the Start: the server must answer the same id.",
    examples: ['start', 'start CARD-7 1000', 'start CARD-7 1250.5 kWh'],
    parse({ words }) {
      const [idTag = DEFAULT_TAG, ...meter] = words;
      const meterStartWh = parseMeter(meter, 'meterStart');
      return meterStartWh.ok
        ? parsed({ name: 'start', idTag, meterStartWh: meterStartWh.value })
        : meterStartWh;
    },
    suggest: (typed) => (typed.length === 2 ? ['kWh', 'Wh'] : []),
  },
  {
    name: 'stop',
    group: 'session',
    usage: '[meterStop] [Wh|kWh] [reason]',
    summary: 'StopTransaction: the session ends',
    details:
      'Without meterStop it is what the meter showed last, at least meterStart. Without a reason none is sent, which means Local.',
    examples: ['stop', 'stop 9400', 'stop 9.4 kWh EVDisconnected'],
    parse({ words }) {
      const reasonAt = words.findIndex((word) => spelt(word, STOP_REASONS) !== undefined);
      const reason = spelt(words[reasonAt] ?? '', STOP_REASONS) ?? null;
      const meterStopWh = parseMeter(
        words.filter((_, at) => at !== reasonAt),
        'meterStop',
      );
      return meterStopWh.ok ? parsed({ name: 'stop', meterStopWh: meterStopWh.value, reason }) : meterStopWh;
    },
    suggest: (typed) =>
      typed.some((word) => spelt(word, STOP_REASONS) !== undefined)
        ? []
        : [...STOP_REASONS, ...(typed.length === 1 ? ['kWh', 'Wh'] : [])],
  },
  {
    name: 'session',
    group: 'session',
    usage: '',
    summary: 'the sessions of this charge point, with their transaction ids',
    examples: ['session'],
    parse: ({ words }) => (words.length > 0 ? problem('session takes nothing') : parsed({ name: 'session' })),
  },
];

/** A register in whole Wh: a number, and Wh or kWh. */
function parseMeter(words: readonly string[], what: string): Parsed<number | null> {
  const [number, unit = 'Wh', stray] = words;
  if (number === undefined) return parsed(null);
  const known = spelt(unit, ['Wh', 'kWh'] as const);
  if (known === undefined || stray !== undefined) return strange(stray ?? unit, what);
  const wh = toBaseUnit(number, unitRule('', known));
  if (Number.isNaN(wh)) return strange(number, what);
  if (!Number.isInteger(wh) || Math.abs(wh) > MAX_METER_WH)
    return problem(`${what} should be whole Wh up to ${MAX_METER_WH}, not ${wh}; 'call' sends any`);
  return parsed(wh);
}

function strange(word: string, what: string): Parsed<never> {
  const meant = what === 'meterStop' ? nearest(word, STOP_REASONS) : undefined;
  const hint =
    meant === undefined ? `${what} is a number of Wh, or of kWh: 1000, 1.5 kWh` : `did you mean ${meant}?`;
  return problem(`'${word}' is not understood: ${hint}`);
}
