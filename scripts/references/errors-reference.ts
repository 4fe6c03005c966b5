import { BAD_ROW_REASONS } from '../../client/replay/row.js';
import { PROBLEM_TYPES } from '../../controllers/problem.js';
import { ERROR_CODES } from '../../helpers/meterpulse-error.js';
import { OCPP_ERRORS } from '../../protocol/ocpp-error-codes.js';
import { TLS_REFUSALS, tlsRemedy, type TlsRefusal } from '../../helpers/tls-refusals.js';
import { REJECT_REASONS } from '../../protocol/reject.js';
import { KAFKA_REFUSALS } from '../../server/broker/kafka/kafka-refusals.js';
import { EXIT_CODES } from '../../server/cli/exit-codes.js';
import { LIVE_CLOSES } from '../../server/live/close-codes.js';
import { LIVE_REFUSALS } from '../../server/live/refusals.js';
import { CLOSES } from '../../server/gateway/close-codes.js';
import { REFUSALS } from '../../server/gateway/refusals.js';
import { code, page, table } from './markdown.js';
import { sourceFiles } from './sources.js';
import { thrownErrors, type ThrownError } from './thrown-errors.js';

/** The page `docs/errors.md`, made from the lists in the sources and from every message that is thrown. */
export function errorsReference(): string {
  return page(
    '# Errors',
    'Everything that can go wrong and be seen, what it means, and what to do about it. This page is generated from the sources by\n' +
      '`npm run docs`; a test fails when it differs, or when something has no remedy.',
    table(
      ['where it shows', 'look at'],
      [
        ['a command ends with `[CODE]`, or a log line has `code`', '[Error codes](#error-codes)'],
        ['`rejected` on `/ingest`; `GET /v1/quarantine`', '[Reasons of quarantine](#reasons-of-quarantine)'],
        ['an answer of the REST API', '[Problems of the REST API](#problems-of-the-rest-api)'],
        [
          'a connection is refused or ends',
          '[Refused connections](#refused-connections), [Close codes](#close-codes)',
        ],
        ['CALLERROR to a charge point', '[CALLERROR](#callerror)'],
        ['`replay` names rows', '[Rows that can’t be sent](#rows-that-cant-be-sent)'],
        ['a script looks at `$?`', '[Exit codes](#exit-codes)'],
      ],
    ).replaceAll('’', "'"),
    `## Error codes\n\n${ERRORS_INTRODUCTION}`,
    ...errorCodes(),
    '## TLS to Kafka and PostgreSQL\n\nWhat LOG_UNAVAILABLE and DATABASE_UNAVAILABLE say of a server that is there, while no TLS connection to it comes about.',
    table(
      ['meaning', 'remedy for Kafka', 'remedy for PostgreSQL'],
      Object.entries(TLS_REFUSALS).map(([refusal, { meaning }]) => [
        meaning,
        tlsRemedy(refusal as TlsRefusal, 'KAFKA'),
        tlsRemedy(refusal as TlsRefusal, 'DATABASE'),
      ]),
    ),
    '## Refused by Kafka\n\nWhat LOG_UNAVAILABLE says of brokers that are there and let nobody in, or not this user.',
    table(
      ['meaning', 'remedy'],
      Object.values(KAFKA_REFUSALS).map(({ meaning, remedy }) => [meaning, remedy]),
    ),
    '## Reasons of quarantine\n\nWhat could not become a reading. `detail` says more about the one occurrence; a part that was corrected, or that can be taken by now, is\n[sent again](api.md#v1quarantine).',
    table(
      ['reason', 'meaning', 'remedy'],
      Object.entries(REJECT_REASONS).map(([reason, { meaning, remedy }]) => [code(reason), meaning, remedy]),
    ),
    '## Problems of the REST API\n\n`application/problem+json`; `type` is `urn:meterpulse:problem:` and the name. `detail` says what is wrong this time.',
    table(
      ['status', 'type', 'title', 'remedy'],
      Object.entries(PROBLEM_TYPES).map(([type, { status, title, remedy }]) => [
        String(status),
        code(type),
        title,
        remedy,
      ]),
    ),
    '## Refused connections\n\nWhat the gateway answers instead of a WebSocket, as `application/problem+json`.',
    table(
      ['status', 'detail', 'remedy'],
      Object.values(REFUSALS)
        .toSorted((a, b) => a.status - b.status)
        .map(({ status, detail, remedy }) => [String(status), detail, remedy]),
    ),
    '## Close codes\n\nWhat the gateway ends a WebSocket with.',
    table(
      ['code', 'meaning', 'remedy'],
      Object.values(CLOSES).map(({ code: number, meaning, remedy }) => [String(number), meaning, remedy]),
    ),
    '## Live feed: refused connections\n\nWhat `/live` answers instead of a WebSocket, as `application/problem+json`.',
    table(
      ['status', 'detail', 'remedy'],
      Object.values(LIVE_REFUSALS)
        .toSorted((a, b) => a.status - b.status)
        .map(({ status, detail, remedy }) => [String(status), detail, remedy]),
    ),
    '## Live feed: close codes\n\nWhat `/live` ends a WebSocket with.',
    table(
      ['code', 'meaning', 'remedy'],
      Object.values(LIVE_CLOSES).map(({ code: number, meaning, remedy }) => [
        String(number),
        meaning,
        remedy,
      ]),
    ),
    '## CALLERROR\n\nWhat a charge point gets over OCPP-J instead of an answer. MeterValues are never refused for what they hold, and\n[leniencies](conformance.md#leniencies) are no errors.',
    table(
      ['code in OCPP 1.6', 'code in OCPP 2.0.1', 'when', 'remedy'],
      Object.values(OCPP_ERRORS).map((error) => [
        code(error['ocpp1.6']),
        code(error['ocpp2.0.1']),
        error.meaning,
        error.remedy,
      ]),
    ),
    "## Rows that can't be sent\n\nWhat `replay` says of a row of the workbook; the other rows are sent.",
    table(
      ['code', 'reason', 'remedy'],
      Object.entries(BAD_ROW_REASONS).map(([name, { meaning, remedy }]) => [code(name), meaning, remedy]),
    ),
    '## Exit codes\n\nA wrong option ends a command with 1 and a line that names it and says what it should be; every command has `--help`.',
    table(
      ['code', 'meaning', 'remedy'],
      Object.entries(EXIT_CODES).map(([number, { meaning, remedy }]) => [number, meaning, remedy]),
    ),
  );
}

const ERRORS_INTRODUCTION =
  'An outage or a mistake in the set-up. A command prints the message, the remedy and the code, and ends with 1; a role that goes on logs\n' +
  'them. What is _passing_ is tried again by meterpulse itself. In messages `{name}` and `…` stand for what is known at run time only.';

function errorCodes(): string[] {
  const thrown = thrownErrors(sourceFiles());
  return Object.entries(ERROR_CODES).map(([name, { canRetry, remedy }]) => {
    const messages = thrown.filter(({ code: of }) => of === name);
    return [`### ${name}`, `${remedy}${canRetry ? ' _Passing._' : ''}`, messageList(messages)]
      .filter((part) => part !== '')
      .join('\n\n');
  });
}

function messageList(messages: readonly ThrownError[]): string {
  const lines = messages.map(({ message, remedy }) => {
    const text = code(message.replaceAll(/\s+/g, ' ').trim());
    return remedy === null ? `- ${text}` : `- ${text}: ${remedy}`;
  });
  return [...new Set(lines)].toSorted().join('\n');
}
