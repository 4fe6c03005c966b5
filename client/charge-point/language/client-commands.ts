import type { CommandSpec } from './command-spec.js';
import { parseDuration } from './duration.js';
import { parsed, problem } from './parsed.js';

const SHOWN: ReadonlyMap<string, boolean> = new Map([
  ['on', true],
  ['off', false],
]);

export const CLIENT_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'show',
    group: 'this client',
    usage: '',
    summary: 'connection, counts, latencies, meters, what repeats and what waits',
    examples: ['show'],
    parse: ({ words }) => (words.length > 0 ? problem('show takes nothing') : parsed({ name: 'show' })),
  },
  {
    name: 'queue',
    group: 'this client',
    usage: '[clear]',
    summary: 'what waits to be sent; `queue clear` throws it away',
    examples: ['queue', 'queue clear'],
    parse({ words }) {
      if (words.length === 0) return parsed({ name: 'queue' });
      if (words.length === 1 && words[0]?.toLowerCase() === 'clear') return parsed({ name: 'queueClear' });
      return problem("queue takes nothing, or 'clear'");
    },
    suggest: (typed) => (typed.length === 0 ? ['clear'] : []),
  },
  {
    name: 'frames',
    group: 'this client',
    usage: '[on|off]',
    summary: 'show the text of every frame, both ways',
    examples: ['frames on'],
    parse({ words }) {
      const [word] = words;
      const shown = word === undefined ? null : SHOWN.get(word.toLowerCase());
      return words.length > 1 || shown === undefined
        ? problem('frames takes on or off')
        : parsed({ name: 'frames', shown });
    },
    suggest: (typed) => (typed.length === 0 ? ['on', 'off'] : []),
  },
  {
    name: 'wait',
    group: 'this client',
    usage: '<duration>',
    summary: 'let time pass before the next command of the line or script',
    examples: ['wait 2s', 'drop; send 1250.6 kWh; wait 2s; restore'],
    parse({ words }) {
      const ms = words.length === 1 ? parseDuration(words[0] ?? '') : undefined;
      return ms === undefined || ms > 86_400_000
        ? problem('wait takes a duration up to 24h: wait 2s')
        : parsed({ name: 'wait', ms });
    },
    suggest: (typed) => (typed.length === 0 ? ['1s', '5s', '1m'] : []),
  },
  {
    name: 'help',
    aliases: ['?'],
    group: 'this client',
    usage: '[command]',
    summary: 'this list, or a command with examples',
    examples: ['help send'],
    parse({ words }) {
      if (words.length > 1) return problem('help takes one command: help send');
      return parsed({ name: 'help', topic: words[0] ?? null });
    },
  },
  {
    name: 'quit',
    aliases: ['exit'],
    group: 'this client',
    usage: '',
    summary: 'close the connection and leave (Ctrl-D)',
    examples: ['quit'],
    parse: ({ words }) => (words.length > 0 ? problem('quit takes nothing') : parsed({ name: 'quit' })),
  },
];
