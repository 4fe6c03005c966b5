import { isChargePointId } from '../../../protocol/identifier.js';
import type { CommandSpec } from './command-spec.js';
import { parseDuration } from './duration.js';
import { parsed, problem } from './parsed.js';
import { parseConnector } from './reading.js';

export const CONNECTION_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'connect',
    group: 'connection',
    usage: '[id]',
    summary: 'open the connection, also as another charge point',
    details:
      'A lost connection is opened again by itself, with growing, random waits; connect does it at once. ' +
      'Another id is a new charge point: what waits to be sent must be sent or cleared first.',
    examples: ['connect', 'connect CP-2', 'connect "Lobby 3/2"'],
    parse({ words }) {
      const [chargePointId = null] = words;
      if (words.length > 1) return problem('connect takes one id; quotes hold spaces: connect "Lobby 3"');
      if (chargePointId !== null && !isChargePointId(chargePointId))
        return problem('An id has 1 to 255 characters, none of them control characters');
      return parsed({ name: 'connect', chargePointId });
    },
  },
  {
    name: 'drop',
    group: 'connection',
    usage: '[duration]',
    summary: 'cut the connection as a lost network does; with a duration it comes back by itself',
    details:
      'No goodbye is sent. What is sent from now on waits in the queue, and goes out in its order after restore. ' +
      'A message without its answer goes first: the server may hear it twice.',
    examples: ['drop', 'drop 10s'],
    parse({ words }) {
      const [duration] = words;
      const forMs = duration === undefined ? null : parseDuration(duration);
      if (words.length > 1 || forMs === undefined) return problem('drop takes a duration: drop 10s');
      return parsed({ name: 'drop', forMs });
    },
    suggest: (typed) => (typed.length === 0 ? ['5s', '30s', '1m'] : []),
  },
  {
    name: 'offline',
    aliases: ['disconnect'],
    group: 'connection',
    usage: '',
    summary: 'close the connection with a goodbye, and queue what is sent',
    examples: ['offline'],
    parse: ({ words }) => (words.length > 0 ? tooMany('offline') : parsed({ name: 'offline' })),
  },
  {
    name: 'restore',
    aliases: ['online'],
    group: 'connection',
    usage: '',
    summary: 'connect again after drop or offline, and send what waits',
    examples: ['restore'],
    parse: ({ words }) => (words.length > 0 ? tooMany('restore') : parsed({ name: 'restore' })),
  },
  {
    name: 'connector',
    group: 'connection',
    usage: '<number>',
    summary: 'the connector that readings, status and sessions are of (1 at first)',
    details: 'Each connector has a meter and a session of its own. 0 is the charge point as a whole.',
    examples: ['connector 2'],
    parse({ words }) {
      const connectorId = words.length === 1 ? parseConnector(words[0] ?? '') : undefined;
      if (connectorId === undefined) return problem('connector takes a whole number from 0: connector 2');
      return parsed({ name: 'connector', connectorId });
    },
  },
];

function tooMany(name: string): ReturnType<typeof problem> {
  return problem(`${name} takes nothing`);
}
