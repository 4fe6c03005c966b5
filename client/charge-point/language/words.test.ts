import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../../../tests/harness/any-text.js';
import { splitScript, splitWords } from './words.js';

const texts = (line: string): string[] => splitWords(line).map(({ text }) => text);

describe('words', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['send  1.5\tkWh ', ['send', '1.5', 'kWh']],
    ['authorize "card 7" x', ['authorize', 'card 7', 'x']],
    ["connect 'Lobby 3'", ['connect', 'Lobby 3']],
    ['authorize "card 7', ['authorize', 'card 7']],
    ['it"s a', ['it"s', 'a']],
    ['a "" b', ['a', '', 'b']],
  ])('of %j are %j', (line, expected) => {
    expect(texts(line)).toEqual(expected);
  });

  it('know where they begin, whatever the line', () => {
    fc.assert(
      fc.property(anyText, (line) => {
        for (const { text, start } of splitWords(line)) {
          const after = line.slice(start);
          expect(after.startsWith(text) || after.slice(1).startsWith(text)).toBe(true);
        }
      }),
    );
  });
});

describe('a script', () => {
  it.each([
    ['connect; start TAG 1000;stop', ['connect', 'start TAG 1000', 'stop']],
    ['a\nb\r\nc', ['a', 'b', 'c']],
    [' ; ;\n', []],
    ['# all of it\nsend 1 # not this', ['send 1 # not this']],
    ['a; # rest\nb', ['a', 'b']],
    ['send {"a":";\\";"}; b', ['send {"a":";\\";"}', 'b']],
    ['raw [2,";",{"a":[";"]}];b', ['raw [2,";",{"a":[";"]}]', 'b']],
    ['raw {"broken;\nb', ['raw {"broken;', 'b']],
    ['authorize "a;b"; c', ['authorize "a;b"', 'c']],
    ['authorize "a;b\nc', ['authorize "a;b', 'c']],
    ["raw it's; b", ["raw it's", 'b']],
    ['raw }; b', ['raw }', 'b']],
  ])('%j has the commands %j', (script, expected) => {
    expect(splitScript(script)).toEqual(expected);
  });

  it('ends whatever it holds, and loses nothing but separators and comments', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', "'", '{', '}', '[', ';', '\n', '\\', '#', 'a', ' ') }),
        (script) => {
          const commands = splitScript(script);
          for (const command of commands) expect(script).toContain(command);
          if (!script.includes('#')) {
            const letters = (text: string): number => text.split('a').length;
            expect(commands.reduce((sum, command) => sum + letters(command) - 1, 1)).toBe(letters(script));
          }
        },
      ),
    );
  });
});
