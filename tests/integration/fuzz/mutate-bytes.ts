import type { Dice } from './dice.js';

/** What parsers stumble over: ends of strings and lines, delimiters, halves of UTF-8, signs of lengths. */
const TROUBLE = [
  '\0',
  '\r',
  '\n',
  '\r\n',
  '"',
  '\\',
  '{',
  '[',
  ']',
  ',',
  ':',
  '%',
  '\t',
  '\x7f',
  '\u00e9',
].map((text) => Buffer.from(text));
const INVALID_UTF8 = [[0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xff], [0xf4, 0x90, 0x80, 0x80], [0x80]].map(
  (bytes) => Buffer.from(bytes),
);

/** A copy with one to four faults: bits flipped, bytes put in, taken out, doubled, cut off. */
export function mutateBytes(bytes: Buffer, dice: Dice): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  for (let faults = 1 + dice.below(4); faults > 0 && mutated.length > 0; faults--) {
    const at = dice.below(mutated.length);
    const end = Math.min(mutated.length, at + 1 + dice.below(8));
    const [before, between, after] = [
      mutated.subarray(0, at),
      mutated.subarray(at, end),
      mutated.subarray(end),
    ];
    mutated = dice.pick([
      () => flipped(mutated, at, dice),
      () => Buffer.concat([before, dice.pick(TROUBLE), between, after]),
      () => Buffer.concat([before, dice.pick(INVALID_UTF8), between, after]),
      () => Buffer.concat([before, dice.bytes(1 + dice.below(4)), between, after]),
      () => Buffer.concat([before, after]),
      () => Buffer.concat([before, between, between, after]),
      () => Buffer.from(before),
    ])();
  }
  return mutated;
}

function flipped(bytes: Buffer, at: number, dice: Dice): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << dice.below(8));
  return copy;
}

/** The same bytes in pieces, as a network may deliver them. */
export function pieces(bytes: Buffer, dice: Dice): Buffer[] {
  const cuts = Array.from({ length: dice.below(5) }, () => dice.below(bytes.length + 1)).sort(
    (a, b) => a - b,
  );
  return [0, ...cuts]
    .map((from, index) => bytes.subarray(from, cuts[index] ?? bytes.length))
    .filter(({ length }) => length > 0);
}
