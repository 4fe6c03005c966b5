import type { CommandSpec } from './command-spec.js';
import { parseDuration } from './duration.js';
import { parseJson } from './json-argument.js';
import { parsed, problem } from './parsed.js';
import { parseReading, SAMPLE_KEYS } from './reading.js';
import { CONTEXTS, LOCATIONS, MEASURANDS, PHASES, spelt, UNITS } from './vocabulary.js';

const SHORTEST_PERIOD_MS = 50;
const LONGEST_PERIOD_MS = 86_400_000;
const GROUPS: readonly (readonly string[])[] = [UNITS, MEASURANDS, CONTEXTS, PHASES, LOCATIONS];
const KEYS = [...SAMPLE_KEYS, 'connector', 'transaction'].map((key) => `${key}=`);

const READING =
  'After the value come unit, measurand, context, phase and location in any order; what is left out is left to the server ' +
  '(Energy.Active.Import.Register in Wh), or follows from the unit (kW is Power.Active.Import). ' +
  'A comma begins another value of the same moment. ' +
  '`at -15m` or `at 2026-03-10T06:00:00Z` is a reading of another time. ' +
  'unit=, measurand=, ... value= send words that OCPP does not know; connector= and transaction= say whose reading it is.';

export const READING_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'send',
    group: 'readings',
    usage: '<value> [unit] [measurand] [context] [phase] [at time] | {json}',
    summary: 'one reading, or a MeterValues.req as JSON',
    details: READING,
    examples: [
      'send 1250.5 kWh',
      'send 7.2 kW Power.Active.Import L1 Sample.Clock',
      'send 1250.5 kWh, 7.2 kW, 16 A L1',
      'send 1249.9 kWh at -15m',
      'send 12 unit=BTU measurand=Heat',
      'send {"connectorId":1,"meterValue":[{"timestamp":"2026-03-10T06:00:00Z","sampledValue":[{"value":"1"}]}]}',
    ],
    parse({ words, rest }) {
      if (/^[{[]/.test(rest)) {
        const json = parseJson(rest);
        return json.ok ? parsed({ name: 'sendPayload', json: json.value }) : json;
      }
      const reading = parseReading(words, false);
      return reading.ok ? parsed({ name: 'send', reading: reading.value }) : reading;
    },
    suggest: (typed) => (typed.length === 0 ? [] : readingWords(typed)),
  },
  {
    name: 'every',
    group: 'readings',
    usage: '<duration> <reading> [+growth] | <duration> heartbeat | stop',
    summary: 'send a reading again and again, growing; `every stop` ends it',
    details: `The first goes at once. There is one at a time: another 'every' takes its place, and Ctrl-C ends it too. ${READING}`,
    examples: [
      'every 5s 1250.5 kWh +0.1',
      'every 1m 1250 kWh +0.25, 7.4 kW',
      'every 30s heartbeat',
      'every stop',
    ],
    parse({ words }) {
      const [first = '', ...rest] = words;
      if (first.toLowerCase() === 'stop' && rest.length === 0) return parsed({ name: 'everyStop' });
      const everyMs = parseDuration(first);
      if (everyMs === undefined)
        return problem("every begins with a duration: every 5s 1250.5 kWh +0.1 (or 'every stop')");
      if (everyMs < SHORTEST_PERIOD_MS || everyMs > LONGEST_PERIOD_MS)
        return problem(`every takes ${SHORTEST_PERIOD_MS}ms to 24h`);
      if (rest.length === 1 && rest[0]?.toLowerCase() === 'heartbeat')
        return parsed({ name: 'every', everyMs, what: 'heartbeat' });
      const reading = parseReading(rest, true);
      return reading.ok ? parsed({ name: 'every', everyMs, what: reading.value }) : reading;
    },
    suggest(typed) {
      if (typed.length === 0) return ['1s', '5s', '30s', '1m', 'stop'];
      if (typed.length === 1) return typed[0] === 'stop' ? [] : ['heartbeat'];
      return typed[1] === 'heartbeat' ? [] : readingWords(typed.slice(1));
    },
  },
];

/** A sample has one word of each kind: what stands already isn't offered again. */
function readingWords(typed: readonly string[]): readonly string[] {
  if (typed.at(-1)?.toLowerCase() === 'at') return ['-15m', '-1h', '-1d'];
  const last = typed.findLastIndex((word) => word.endsWith(','));
  const sample = typed.slice(last + 1);
  if (sample.length === 0) return [];
  const open = GROUPS.filter((words) => !sample.some((word) => spelt(word, words) !== undefined));
  return [...open.flat(), ...(typed.includes('at') ? [] : ['at']), ...KEYS];
}
