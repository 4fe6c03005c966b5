/**
 * A reading as it is typed:
 *
 *     reading = sample { "," sample } { "at" time | "connector=" n | "transaction=" id }
 *     sample  = value { unit | measurand | context | phase | location | key=value | growth }
 *
 * The words after the value may stand in any order, since none of them means two things; `key=value` sends a word that OCPP
 * doesn't know. `growth` (`+0.1`) is for what is sent again and again.
 */
import { parseTimestamp } from '../../../protocol/timestamp.js';
import { grown, isDecimal } from './decimal.js';
import { parseDuration } from './duration.js';
import { nearest } from './nearest.js';
import { parsed, problem, type Parsed } from './parsed.js';
import { CONTEXTS, LOCATIONS, MEASURANDS, PHASES, spelt, UNITS } from './vocabulary.js';

/** The fields of a SampledValue, in the order in which they are sent. */
export const SAMPLE_KEYS = ['value', 'context', 'format', 'measurand', 'phase', 'location', 'unit'] as const;
type SampleKey = (typeof SAMPLE_KEYS)[number];

export interface Sample {
  readonly fields: Readonly<Partial<Record<SampleKey, string>>>;
  /** Added at each repetition; null when it doesn't grow. */
  readonly growth: string | null;
}

export type ReadingTime =
  /** ms from the moment of sending. */
  | { readonly kind: 'offset'; readonly ms: number }
  /** As it was typed. */
  | { readonly kind: 'text'; readonly text: string };

export interface ReadingInput {
  readonly samples: readonly Sample[];
  readonly time: ReadingTime;
  /** null: the connector that is chosen. */
  readonly connectorId: number | null;
  /** null: that of the session, if there is one. */
  readonly transactionId: number | string | null;
}

const VOCABULARIES: readonly (readonly [SampleKey, readonly string[]])[] = [
  ['unit', UNITS],
  ['measurand', MEASURANDS],
  ['context', CONTEXTS],
  ['phase', PHASES],
  ['location', LOCATIONS],
];
/** Ways of writing a unit that OCPP spells differently. */
const UNIT_SIGNS: ReadonlyMap<string, string> = new Map([
  ['%', 'Percent'],
  ['°c', 'Celsius'],
  ['°f', 'Fahrenheit'],
]);
const KEY_VALUE = /^([a-z]+)=(.*)$/is;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const MAX_CONNECTOR = 2_147_483_647;

/** The connector of a line, as OCPP has it: a whole number from 0. */
export function parseConnector(text: string): number | undefined {
  const connector = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  return connector <= MAX_CONNECTOR ? connector : undefined;
}

/** `growing`: whether a sample may have a growth. */
export function parseReading(words: readonly string[], growing: boolean): Parsed<ReadingInput> {
  const samples: Sample[] = [];
  let time: ReadingTime = { kind: 'offset', ms: 0 };
  let connectorId: number | null = null;
  let transactionId: number | string | null = null;
  let sample: SampleBuilder | null = null;
  const close = (): string | null => {
    const built = sample?.build() ?? problem('A reading begins with its value: 1250.5 kWh');
    sample = null;
    if (!built.ok) return built.problem;
    samples.push(built.value);
    return null;
  };

  const parts = separateCommas(words);
  for (let at = 0; at < parts.length; at++) {
    const word = parts[at] ?? '';
    const [, key = '', value = ''] = KEY_VALUE.exec(word) ?? [];
    if (word === ',') {
      const wrong = close();
      if (wrong !== null) return problem(wrong);
    } else if (word.toLowerCase() === 'at') {
      const found = parseTime(parts[++at]);
      if (!found.ok) return found;
      time = found.value;
    } else if (key.toLowerCase() === 'connector') {
      const found = parseConnector(value);
      if (found === undefined) return problem(`connector=${value} should be a whole number from 0`);
      connectorId = found;
    } else if (key.toLowerCase() === 'transaction') {
      // OCPP's are whole numbers; anything else goes as the text it is.
      transactionId = /^-?\d{1,15}$/.test(value) ? Number(value) : value;
    } else {
      sample ??= new SampleBuilder(growing);
      const wrong = sample.add(word);
      if (wrong !== null) return problem(wrong);
    }
  }
  const wrong = close();
  if (wrong !== null) return problem(wrong);
  return parsed({ samples, time, connectorId, transactionId });
}

class SampleBuilder {
  readonly #fields: Partial<Record<SampleKey, string>> = {};
  #growth: string | null = null;

  constructor(private readonly growing: boolean) {}

  /** What is wrong with `word`; null when it was taken. */
  add(word: string): string | null {
    const [, name, given = ''] = KEY_VALUE.exec(word) ?? [];
    if (name !== undefined) {
      const key = spelt(name, SAMPLE_KEYS);
      if (key !== undefined) return this.#set(key, given);
      const meant = nearest(name, [...SAMPLE_KEYS, 'connector', 'transaction']);
      return `'${name}=' is unknown${meant === undefined ? `: ${SAMPLE_KEYS.join(', ')}` : `, did you mean ${meant}=?`}`;
    }
    if (this.#fields.value === undefined) return this.#value(word);
    if (/^[+-][\d.]/.test(word)) return this.#grow(word);
    const unit = UNIT_SIGNS.get(word.toLowerCase());
    if (unit !== undefined) return this.#set('unit', unit);
    for (const [key, vocabulary] of VOCABULARIES) {
      const known = spelt(word, vocabulary);
      if (known !== undefined) return this.#set(key, known);
    }
    return unknownWord(word);
  }

  build(): Parsed<Sample> {
    const { value } = this.#fields;
    if (value === undefined) return problem('A reading needs a value: 1250.5 kWh');
    if (this.#growth !== null && !isDecimal(value)) return problem(`${value} can't grow: it is no decimal`);
    const fields = Object.fromEntries(
      SAMPLE_KEYS.flatMap((key) => (this.#fields[key] === undefined ? [] : [[key, this.#fields[key]]])),
    );
    return parsed({ fields, growth: this.#growth });
  }

  #value(word: string): string | null {
    if (NUMBER.test(word)) return this.#set('value', word);
    if (/^[+-]?\d+,\d+$/.test(word))
      return `'${word}' should have a decimal point: ${word.replace(',', '.')}`;
    return `'${word}' is no number: a reading begins with its value, such as 1250.5 (value=${word} sends it all the same)`;
  }

  #grow(word: string): string | null {
    if (!this.growing) return `'${word}' is a growth, which only 'every' has: every 5s 1250.5 kWh ${word}`;
    if (!isDecimal(word)) return `'${word}' should be a growth such as +0.1`;
    if (this.#growth !== null) return `there are two growths, ${this.#growth} and ${word}`;
    this.#growth = word;
    return null;
  }

  #set(key: SampleKey, text: string): string | null {
    const before = this.#fields[key];
    if (before !== undefined) return `there are two of ${key}: ${before} and ${text}`;
    this.#fields[key] = text;
    return null;
  }
}

function unknownWord(word: string): string {
  const meant = nearest(
    word,
    VOCABULARIES.flatMap(([, words]) => words),
  );
  if (meant !== undefined) return `'${word}' is unknown, did you mean ${meant}?`;
  return `'${word}' is no unit, measurand, context, phase or location of OCPP 1.6; unit=${word} or measurand=${word} sends it all the same`;
}

function parseTime(word: string | undefined): Parsed<ReadingTime> {
  if (word === undefined) return problem('at needs a time: at -15m, at 2026-03-10T06:00:00Z');
  const offset = /^([+-])(.+)$/.exec(word);
  const ms = parseDuration(offset?.[2] ?? '');
  if (ms !== undefined) return parsed({ kind: 'offset', ms: offset?.[1] === '-' ? -ms : ms });
  if (parseTimestamp(word) !== undefined) return parsed({ kind: 'text', text: word });
  return problem(`'${word}' should be a time: -15m, +1h, 2026-03-10T06:00:00Z ('send {json}' sends any)`);
}

/** A comma at the end of a word is a word of its own. */
function separateCommas(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => {
    if (word === ',' || word.includes('=') || !word.endsWith(',')) return [word];
    return [word.slice(0, -1), ','];
  });
}

/** The samples after so many repetitions. */
export function grownSamples(samples: readonly Sample[], times: number): readonly Sample[] {
  return samples.map((sample) => {
    const { fields, growth } = sample;
    if (growth === null || fields.value === undefined) return sample;
    return { fields: { ...fields, value: grown(fields.value, growth, times) }, growth };
  });
}
