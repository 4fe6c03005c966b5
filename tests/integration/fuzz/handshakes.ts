/** Opening handshakes that are nearly right. */
import { createHash } from 'node:crypto';
import type { Dice } from './dice.js';
import { mutateBytes } from './mutate-bytes.js';

interface Request {
  method: string;
  target: string;
  version: string;
  headers: [name: string, value: string][];
  newline: string;
  /** Comes after the head, in the same breath. */
  tail: string;
}

export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
/** RFC 6455, section 1.3. */
export const ACCEPT = createHash('sha1')
  .update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  .digest('base64');

const METHODS = [
  'POST',
  'HEAD',
  'OPTIONS',
  'CONNECT',
  'PRI',
  'get',
  'PUT',
  'DELETE',
  'TRACE',
  'G\0T',
  'X'.repeat(200),
];
const VERSIONS = [
  'HTTP/1.0',
  'HTTP/2.0',
  'HTTP/0.9',
  'HTTP/1.1.1',
  'HTTP/9.9',
  'http/1.1',
  'HTTPS/1.1',
  '',
  'HTTP/1.1 ',
];
const TARGETS = [
  ...[
    '/',
    '',
    '*',
    '//',
    '/ocpp',
    '/ocpp/',
    '/ocpp//',
    '/OCPP/CP-1',
    '//ocpp/CP-1',
    '/ocpp/a/b',
    '/ocpp/..',
    '/ocpp/../ingest',
  ],
  ...[
    '/ocpp/%',
    '/ocpp/%4',
    '/ocpp/%zz',
    '/ocpp/%00',
    '/ocpp/%0d%0aX:%20y',
    '/ocpp/%C0%AF',
    '/ocpp/%ED%A0%80',
    '/ocpp/%FF',
  ],
  ...[
    '/ocpp/%2e%2e%2f',
    '/ocpp/%2525',
    '/ocpp/%20',
    '/ocpp/CP%2F1',
    '/ocpp/CP 1',
    '/ocpp/\u00e9',
    '/ocpp/CP-1?x=1',
    '/ocpp/CP-1#x',
  ],
  ...[
    '/ingest/',
    '/ingest?a=%',
    '/ingest%00',
    '/%69ngest',
    'http://x/ocpp/CP-1',
    'ws://x/ingest',
    'x:443',
    '/ocpp/__proto__',
  ],
  ...[255, 256, 2_000, 9_000].map((length) => `/ocpp/${'x'.repeat(length)}`),
  `/ocpp/${'%41'.repeat(300)}`,
];
const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['Host', ['', 'a b', 'x'.repeat(500), '\0']],
  ['Connection', ['', 'close', 'keep-alive', 'keep-alive, Upgrade', 'Upgrade, Upgrade', 'upgrade,,']],
  ['Upgrade', ['', 'h2c', 'WEBSOCKET', 'websocket, h2c', 'websocket websocket', 'TLS/1.0']],
  [
    'Sec-WebSocket-Key',
    ['', 'x', KEY.slice(1), `${KEY}=`, 'A'.repeat(24), '\u00e9'.repeat(24), 'A'.repeat(4_000)],
  ],
  ['Sec-WebSocket-Version', ['', '0', '8', '12', '14', '13.0', '13, 8', '-13', '1e1', '13 ']],
  [
    'Sec-WebSocket-Protocol',
    [
      '',
      ',',
      ',,ocpp1.6',
      'ocpp1.6,ocpp1.6',
      'ocpp2.0.1',
      'ocpp2.0.1, ocpp1.6',
      'OCPP1.6',
      'ocpp1.5',
      'a b',
      '"ocpp1.6"',
      'x'.repeat(3_000),
    ],
  ],
  [
    'Sec-WebSocket-Extensions',
    [
      'permessage-deflate',
      'permessage-deflate; client_max_window_bits=99',
      'x;y="',
      ';;',
      'permessage-deflate;'.repeat(100),
    ],
  ],
  ['Content-Length', ['5', '-1', '0x5', '99999999999999999999', '5, 5']],
  ['Transfer-Encoding', ['chunked', 'gzip', 'chunked, chunked', 'identity']],
  ['Expect', ['100-continue', 'a miracle']],
  ['Authorization', ['', 'Basic', 'Basic !!!', `Basic ${'QQ'.repeat(500)}`]],
  ['Cookie', ['a=b', 'x'.repeat(20_000)]],
  ['Origin', ['null', 'https://example.com']],
];

/** A faulty handshake of the charge point as bytes; now and then one without a fault. */
export function handshake(chargePointId: string, subprotocol: string, dice: Dice): Buffer {
  const request: Request = {
    method: 'GET',
    target: dice.chance(0.8) ? `/ocpp/${chargePointId}` : '/ingest',
    version: 'HTTP/1.1',
    headers: [
      ['Host', 'localhost'],
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Key', KEY],
      ['Sec-WebSocket-Protocol', subprotocol],
    ],
    newline: '\r\n',
    tail: '',
  };
  for (let faults = dice.below(4); faults > 0; faults--) dice.pick(FAULTS)(request, dice);
  const bytes = Buffer.from(textOf(request), 'latin1');
  return dice.chance(0.25) ? mutateBytes(bytes, dice) : bytes;
}

const FAULTS: readonly ((request: Request, dice: Dice) => void)[] = [
  (request, dice) => (request.method = dice.pick(METHODS)),
  (request, dice) => (request.version = dice.pick(VERSIONS)),
  (request, dice) => (request.target = dice.pick(TARGETS)),
  (request, dice) => (request.target = dice.pick(TARGETS)),
  (request, dice) => setHeader(request, dice),
  (request, dice) => setHeader(request, dice),
  (request, dice) => void request.headers.splice(dice.below(request.headers.length), 1),
  ({ headers }, dice) => void headers.push(dice.pick(headers.length > 0 ? headers : [['X', 'y']])),
  ({ headers }, dice) =>
    void headers.push([dice.pick(['', ' ', 'X Y', 'X\0', '\u00e9', 'X'.repeat(9_000)]), 'z']),
  ({ headers }, dice) => {
    const many = dice.pick([50, 500, 3_000]);
    for (let number = 0; number < many; number++) headers.push([`X-${number}`, 'y']);
  },
  ({ headers }) => void headers.push(['X-Folded', 'a\r\n  b']),
  (request, dice) => (request.newline = dice.pick(['\n', '\r', '\r\r\n', '\n\r'])),
  (request, dice) =>
    (request.tail = dice.pick([
      'GET /ingest HTTP/1.1\r\nHost: x\r\n\r\n',
      '\x81\x82\x00\x00\x00\x00{}',
      '\x81\xfe\xff\xff',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      'x'.repeat(100_000),
    ])),
];

function setHeader(request: Request, dice: Dice): void {
  const [name, values] = dice.pick(HEADERS);
  const value = dice.pick(values);
  const at = request.headers.findIndex((header) => header[0] === name);
  if (at < 0 || dice.chance(0.2)) request.headers.push([dice.chance(0.2) ? name.toUpperCase() : name, value]);
  else request.headers[at] = [name, value];
}

function textOf({ method, target, version, headers, newline, tail }: Request): string {
  const lines = [`${method} ${target} ${version}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return `${lines.join(newline)}${newline}${newline}${tail}`;
}
