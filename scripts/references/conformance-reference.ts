import { LENIENCIES } from '../../protocol/ocpp/leniencies.js';
import { DESTINATIONS, type OcppVersion } from '../../protocol/ocpp/ocpp-version.js';
import { JUDGED_ELEMENTS, WHOLE_UP_TO } from '../../protocol/ocpp/payload-sample.js';
import { OCPP_16 } from '../../protocol/ocpp16/ocpp16-protocol.js';
import { OCPP_201 } from '../../protocol/ocpp201/ocpp201-protocol.js';
import { code, page, table } from './markdown.js';

const TITLES = [
  [OCPP_16, '## OCPP 1.6', 'Subprotocol `ocpp1.6`; the messages of the security whitepaper are included.'],
  [OCPP_201, '## OCPP 2.0.1', 'Subprotocol `ocpp2.0.1`.'],
] as const;

/** The page `docs/conformance.md`, made from what serves each message and from the leniencies. */
export function conformanceReference(): string {
  return page(
    '# Conformance',
    'Every message of OCPP that is spoken here, how it is answered, and where its data goes. This page is generated from the code by\n' +
      '`npm run docs`; a test fails when it differs. [Protocols](protocols.md) says what to enter in a charge point, and\n' +
      '[CALLERROR](errors.md#callerror) what a refused message is answered with.',
    'Each request is held against the official JSON schema of its version. Meter values are read value by value: one that can not be read\n' +
      'stands in quarantine, and refuses no message. Of a frame of more than ' +
      `${WHOLE_UP_TO / 1_024} KiB each list is judged by its first ${JUDGED_ELEMENTS} elements.\n` +
      'Each answer keeps to its schema: a test holds every one against it.',
    ...TITLES.flatMap(([version, title, text]) => [
      title,
      text,
      '### From the charge point',
      served(version),
      '### From the server',
      'Sent when they are asked for, one at a time to each charge point, and held to the letter of their schema before. The answer is kept as it\n' +
        'came; where it differs from its schema, the log of the gateway says so. A charge point that sends one of them itself gets CALLERROR `NotSupported`;\n' +
        'a name that is on neither list, `NotImplemented`.',
      [...version.calls].toSorted().map(code).join(', '),
    ]),
    '## Leniencies',
    'Where charge points err and are understood all the same. Each is counted in `meterpulse_gateway_leniencies_total` by vendor and model, as\n' +
      'the last BootNotification of the connection has them. Whatever is not on the list is answered with a CALLERROR.',
    table(
      ['leniency', 'sent', 'is taken'],
      Object.entries(LENIENCIES).map(([name, { sent, taken }]) => [code(name), sent, taken]),
    ),
  );
}

function served({ served: actions }: OcppVersion): string {
  return table(
    ['message', 'is answered', 'its data goes to', 'can be done without'],
    [...actions]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([action, { answered, destination, tolerance }]) => [
        action,
        answered,
        DESTINATIONS[destination],
        (tolerance.dispensable ?? []).map(code).join(', '),
      ]),
  );
}
