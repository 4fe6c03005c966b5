import pc from 'picocolors';
import { cleanText } from '../../protocol/identifier.js';
import { formatChangeId } from '../../protocol/live/change-id.js';
import type { ArrivedReading } from '../../store/trace/stored-around.js';
import type { DatabaseFacts, FatedMessage, LogFacts, TraceReport } from '../trace/trace-report.js';
import type { Tally, Time, Verdict } from '../trace/verdict.js';

/** Of each kind; `--json` has all. */
const MAX_SHOWN = 20;

/** What a person reads: the verdict, then what each stage has, in the order in which a reading passes them. */
export function traceText(report: TraceReport, verdict: Verdict, time: Time): string {
  const { question, database, log, unreachable } = report;
  const { span, chargePointId, messageId } = question;
  const of = messageId === null ? '' : `, message ${cleanText(messageId)}`;
  const lines = [
    `${chargePointId}${of}, ${time(span.fromMs)} to ${time(span.toMs)}: ${headline(report, verdict)}`,
    ...section('charge point', database === null ? [] : chargePointLines(database, time)),
    ...section('log', log === null ? [notAsked(unreachable.log)] : logLines(log, database, time)),
    ...section('table', database === null ? [notAsked(unreachable.database)] : tableLines(database, time)),
    ...section('quarantine', database === null ? [] : quarantineLines(database, time)),
    ...section(verdict.isFound ? 'what to do' : 'what may be behind it', verdict.reasons),
  ];
  return lines.join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', pc.bold(title), ...lines.map((line) => `  ${line}`)];
}

const notAsked = (why: TraceReport['unreachable']['log']): string =>
  why === null ? 'not asked' : `${pc.red('could not be asked')}: ${why.message}. ${why.remedy} [${why.code}]`;

function headline({ isInterrupted, log }: TraceReport, { tally, isFound }: Verdict): string {
  const interrupted = isInterrupted ? 'interrupted; ' : '';
  if (!isFound) return `${interrupted}${pc.yellow('nothing found')}`;
  const parts = PARTS.flatMap(([name, text]) => (tally[name] === 0 ? [] : [`${tally[name]} ${text}`]));
  if (parts.length === 0) return `${interrupted}${log?.messages.length ?? 0} messages on the log`;
  return `${interrupted}${parts.join(', ')}`;
}

const PARTS: readonly (readonly [keyof Tally, string])[] = [
  ['stored', 'stored'],
  ['duplicate', 'sent again (duplicate)'],
  ['conflicting', 'conflicting'],
  ['rejected', 'rejected'],
  ['resolved', 'rejected, then sent again with success'],
  ['waitingForStart', 'waiting for a StartTransaction'],
  ['onLog', 'still on the log'],
  ['missing', 'missing'],
  ['unknown', 'on the log, further fate unknown'],
];

function chargePointLines({ chargePoint, similarIds, connection }: DatabaseFacts, time: Time): string[] {
  const lines = [
    chargePoint === null
      ? `not in the registry${similarIds.length === 0 ? '' : `; it has ${similarIds.join(', ')}`}`
      : `${chargePoint.status}, in the registry since ${time(chargePoint.createdAt)}`,
  ];
  if (connection !== null) {
    const { state, protocol, connectedAt, disconnectedAt, gatewayHost, gatewayPid, closeReason } = connection;
    const end =
      disconnectedAt === null
        ? ''
        : ` until ${time(disconnectedAt)}${closeReason === null ? '' : ` (${closeReason})`}`;
    lines.push(
      `${state}: its newest connection was from ${time(connectedAt)}${end}, ${protocol}, to gateway ${gatewayHost}, ` +
        `process ${gatewayPid}`,
    );
  }
  return lines;
}

function logLines(log: LogFacts, database: DatabaseFacts | null, time: Time): string[] {
  const name = log.kind === 'kafka' ? `Kafka topic ${log.topic}` : 'PostgreSQL inbox';
  const looked = log.lookedAt.map(({ partition, fromOffset, toOffset, lastMs, isCutOff }) => {
    const until =
      lastMs === null ? 'nothing arrived there since' : `the last of them arrived at ${time(lastMs)}`;
    return `${name}, partition ${partition}: read from ${fromOffset} to ${toOffset}, ${until}${isCutOff ? '; there is more' : ''}`;
  });
  const stored = [...log.ranges].map(([partition, { low, high }]) => {
    const below = database?.storedBelow.get(partition);
    const how = database === null ? '' : below === undefined ? ', nothing stored' : `, stored below ${below}`;
    return `partition ${partition} has ${low} to ${high}${how}`;
  });
  return [
    ...(looked.length === 0 ? [`${name}: nothing to read from ${time(log.arrivals.fromMs)} on`] : looked),
    ...stored.slice(0, MAX_SHOWN),
    ...shown(log.messages, (message) => messageLine(message, database, time)),
    ...(log.leftOut === 0 ? [] : [`… and ${log.leftOut} more messages that match`]),
  ];
}

function messageLine(message: FatedMessage, database: DatabaseFacts | null, time: Time): string {
  const { partition, offset, loggedAtMs, receivedAtMs, protocol, messageId, readings, rejects } = message;
  const fates = new Map<string, number>();
  for (const { fate } of readings) {
    const name = (fate ?? 'fate unknown').replaceAll('_', ' ');
    fates.set(name, (fates.get(name) ?? 0) + 1);
  }
  const parts = [
    ...[...fates].map(([fate, count]) => `${count} ${fate}`),
    ...(message.otherReadings === 0 ? [] : [`${message.otherReadings} of other times`]),
    ...rejects
      .slice(0, 3)
      .map(({ reason, path }) => `rejected: ${reason}${path === '' ? '' : ` at ${path}`}`),
    ...(rejects.length > 3 ? [`${rejects.length - 3} more rejected`] : []),
    ...(message.session === null ? [] : [`${message.session} of a session`]),
    ...(message.signedValues === 0 ? [] : [`${message.signedValues} signed values`]),
    ...(message.isStored === false ? ['not stored yet'] : []),
    ...(message.redriveOf === null ? [] : [`sent again from quarantine ${message.redriveOf}`]),
  ];
  const id = messageId === null ? '' : ` ${cleanText(messageId)}`;
  const gateway = gatewayOf(receivedAtMs ?? loggedAtMs, database);
  return `partition ${partition}, offset ${offset}: arrived ${time(receivedAtMs ?? loggedAtMs)}${gateway}, ${protocol ?? 'unreadable'}${id}: ${parts.join(', ')}`;
}

/** Only the newest connection is known, and only of OCPP. */
function gatewayOf(arrivedMs: number, database: DatabaseFacts | null): string {
  const connection = database?.connection;
  if (connection == null || arrivedMs < connection.connectedAt.getTime()) return '';
  if (connection.disconnectedAt !== null && arrivedMs > connection.disconnectedAt.getTime()) return '';
  return ` by gateway ${connection.gatewayHost}, process ${connection.gatewayPid}`;
}

function tableLines(database: DatabaseFacts, time: Time): string[] {
  const { standing, losing, waiting, isCutOff } = database;
  return [
    ...shown(
      standing,
      (row) => `${valueOf(row, time)}, arrived ${time(row.receivedAt)}; ${detailsOf(row, database, time)}`,
    ),
    ...shown(
      losing,
      (row) => `conflicting: ${valueOf(row, time)}, arrived ${time(row.receivedAt)}: another value stands`,
    ),
    ...shown(
      waiting,
      (row) =>
        `waiting for session ${cleanText(row.transactionId)}: ${row.measurand} at ${time(row.timestamp)}: ${row.value} ${row.unit}`,
    ),
    ...(standing.length + losing.length + waiting.length === 0 ? ['nothing'] : []),
    ...(isCutOff ? ['… there is more than was looked at: ask about a shorter time'] : []),
  ];
}

function valueOf(row: ArrivedReading, time: Time): string {
  const where = [
    row.evseId === 0 ? '' : `EVSE ${row.evseId}`,
    `connector ${row.connectorId}`,
    row.phase,
    row.context,
  ];
  const named = where.filter((part) => part !== '').join(', ');
  return `${row.measurand} (${named}; series ${row.seriesId}) at ${time(row.timestamp)}: ${row.value} ${row.unit}`.trim();
}

function detailsOf(
  row: ArrivedReading,
  { aggregates, feed, feedOldestAt }: DatabaseFacts,
  time: Time,
): string {
  const isOf = (each: { seriesId: number; timestampMs: number }): boolean =>
    each.seriesId === row.seriesId && each.timestampMs === row.timestamp.getTime();
  const own = aggregates.filter(isOf);
  const marked = own.some(({ isMarked }) => isMarked);
  const has = own.flatMap(({ level, count }) => (count === null ? [] : [level]));
  const inThem =
    own.length === 0
      ? 'aggregates not looked up'
      : has.length === 0
        ? 'in no aggregate'
        : `in the aggregates of ${has.join(', ')}`;
  const places = feed.filter(isOf);
  const told = places
    .map((place) => `committed ${time(place.committedAt)}, on the feed at ${formatChangeId(place)}`)
    .join(' and ');
  const gone = feedOldestAt === null ? 'the feed is empty' : `the feed begins at ${time(feedOldestAt)}`;
  return `${told === '' ? gone : told}; ${marked ? 'marked, its aggregates are about to be computed' : inThem}`;
}

function quarantineLines({ quarantined }: DatabaseFacts, time: Time): string[] {
  return shown(quarantined, (part) => {
    const state =
      part.status === 'resolved'
        ? `resolved ${part.resolvedAt === null ? '' : time(part.resolvedAt)}`
        : 'open';
    const path = part.path === '' ? 'all of it' : part.path;
    return (
      `${part.id}, ${state}: ${part.reason}, ${cleanText(part.detail)} (${path} of partition ${part.partition}, ` +
      `offset ${part.offset}; arrived ${time(part.receivedAt)}); GET /v1/quarantine/${part.id}`
    );
  });
}

function shown<T>(rows: readonly T[], line: (row: T) => string): string[] {
  const lines = rows.slice(0, MAX_SHOWN).map(line);
  return rows.length > MAX_SHOWN
    ? [...lines, `… and ${rows.length - MAX_SHOWN} more (--json has all)`]
    : lines;
}
