import type { Dice } from './dice.js';

/** JSON texts that stand where something else belongs. Texts, since `JSON.stringify` makes none of the last ones. */
const STRANGERS = [
  'null',
  'true',
  '-1',
  '0',
  '1e999',
  '-0',
  '9007199254740993',
  '0.1e-400',
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"NaN"',
  '"2024-02-30T25:61:00Z"',
  '"0001-01-01T00:00:00"',
  '[]',
  '{}',
  '[[[]]]',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toJSON":1,"toString":2,"valueOf":3,"length":-1}',
];

/** The JSON text of `value` with about `faults` faults in its structure: parts missing, doubled, renamed, of other types, huge, deep. */
export function mutatedJson(value: unknown, dice: Dice, faults: number): string {
  const parts = Math.max(1, countOf(value));
  const share = faults / parts;
  return textOf(value, dice, share);
}

function textOf(value: unknown, dice: Dice, share: number): string {
  if (dice.chance(share)) {
    const kind = dice.below(12);
    if (kind === 0) return JSON.stringify('x'.repeat(dice.pick([51, 256, 2_001, 70_000])));
    if (kind === 1) return `${'['.repeat(40)}${']'.repeat(40)}`;
    if (kind === 2) return `[${Array.from({ length: 300 }, () => JSON.stringify(value)).join()}]`;
    return dice.pick(STRANGERS);
  }
  if (Array.isArray(value)) {
    return `[${(value as unknown[]).map((item) => textOf(item, dice, share)).join()}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).flatMap(([name, field]) => {
    if (!dice.chance(share)) return [`${JSON.stringify(name)}:${textOf(field, dice, share)}`];
    const other = dice.pick([
      '',
      '__proto__',
      'constructor',
      name.toUpperCase(),
      `${name} `,
      'x'.repeat(300),
    ]);
    return dice.pick([
      [],
      [`${JSON.stringify(other)}:${JSON.stringify(field)}`],
      [`${JSON.stringify(name)}:1`, `${JSON.stringify(name)}:${JSON.stringify(field)}`],
    ]);
  });
  return `{${fields.join()}}`;
}

function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, field) => sum + countOf(field), 1);
}
