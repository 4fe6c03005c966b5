import type { CommandSpec } from './command-spec.js';
import { parseJson } from './json-argument.js';
import { nearest } from './nearest.js';
import { parsed, problem } from './parsed.js';
import { CHARGE_POINT_ACTIONS, spelt, STATUS_ERRORS, STATUSES } from './vocabulary.js';

export const MESSAGE_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'boot',
    group: 'messages',
    usage: '[vendor] [model]',
    summary: 'BootNotification: what a charge point says first',
    examples: ['boot', 'boot Acme "Wall 22"'],
    parse({ words }) {
      const [vendor = 'meterpulse', model = 'client'] = words;
      if (words.length > 2) return problem('boot takes vendor and model; quotes hold spaces');
      return parsed({ name: 'boot', vendor, model });
    },
  },
  {
    name: 'heartbeat',
    aliases: ['hb'],
    group: 'messages',
    usage: '',
    summary: "Heartbeat: asks for the server's time",
    examples: ['heartbeat', 'every 30s heartbeat'],
    parse: ({ words }) =>
      words.length > 0 ? problem('heartbeat takes nothing') : parsed({ name: 'heartbeat' }),
  },
  {
    name: 'status',
    group: 'messages',
    usage: '<status> [errorCode]',
    summary: 'StatusNotification of the connector',
    examples: ['status Charging', 'status Faulted GroundFailure'],
    parse({ words }) {
      const [given = '', error = 'NoError', stray] = words;
      if (given === '' || stray !== undefined)
        return problem(`status takes a status and an error code: ${STATUSES.join(', ')}`);
      const status = spelt(given, STATUSES);
      const errorCode = spelt(error, STATUS_ERRORS);
      if (status === undefined) return unknown(given, STATUSES);
      return errorCode === undefined
        ? unknown(error, STATUS_ERRORS)
        : parsed({ name: 'status', status, errorCode });
    },
    suggest: (typed) => [STATUSES, STATUS_ERRORS][typed.length] ?? [],
  },
  {
    name: 'authorize',
    group: 'messages',
    usage: '<idTag>',
    summary: 'Authorize: may this card charge?',
    examples: ['authorize CARD-7'],
    parse({ words }) {
      const [idTag] = words;
      if (idTag === undefined || words.length > 1)
        return problem('authorize takes an idTag: authorize CARD-7');
      return parsed({ name: 'authorize', idTag });
    },
  },
  {
    name: 'call',
    group: 'messages',
    usage: '<action> [{json}]',
    summary: 'any request of OCPP, with the payload as typed',
    details:
      "The payload isn't checked: that is the server's task. What is no action of OCPP 1.6 is sent as well.",
    examples: [
      'call DataTransfer {"vendorId":"com.example"}',
      'call FirmwareStatusNotification {"status":"Idle"}',
    ],
    parse({ words, rest }) {
      const [action = ''] = words;
      if (!/^\w{1,100}$/.test(action))
        return problem('call takes an action and JSON: call DataTransfer {"vendorId":"x"}');
      const payload = rest.slice(rest.indexOf(action) + action.length).trim();
      const json = parseJson(payload === '' ? '{}' : payload);
      return json.ok
        ? parsed({ name: 'call', action: spelt(action, CHARGE_POINT_ACTIONS) ?? action, json: json.value })
        : json;
    },
    suggest: (typed) => (typed.length === 0 ? CHARGE_POINT_ACTIONS : []),
  },
  {
    name: 'raw',
    group: 'messages',
    usage: '<text>',
    summary: 'a frame exactly as typed, broken ones too',
    details:
      'The next answer is taken for its answer, whatever id it has. A raw frame is never sent again by itself, and a text that is a CALLRESULT or CALLERROR has no answer.',
    examples: ['raw [2,"m1","Heartbeat",{}]', 'raw {"id":"m1"', 'raw not json'],
    parse: ({ rest }) =>
      rest === ''
        ? problem('raw takes a frame: raw [2,"m1","Heartbeat",{}]')
        : parsed({ name: 'raw', frame: rest }),
  },
  {
    name: 'again',
    group: 'messages',
    usage: '',
    summary: 'send the last message once more, with the same payload: the repeat',
    details:
      'A raw frame is repeated as it is; any other message gets a new message id, as a charge point does when it repeats itself.',
    examples: ['again'],
    parse: ({ words }) => (words.length > 0 ? problem('again takes nothing') : parsed({ name: 'again' })),
  },
];

function unknown(word: string, known: readonly string[]): ReturnType<typeof problem> {
  const meant = nearest(word, known);
  return problem(
    meant === undefined
      ? `'${word}' is none of ${known.join(', ')}; 'call StatusNotification {...}' sends any`
      : `'${word}' is unknown, did you mean ${meant}?`,
  );
}
