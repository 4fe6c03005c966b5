import type { DatabaseFacts, LogFacts, TraceReport } from './trace-report.js';

export interface Tally {
  /** Readings that stand in the table. */
  readonly stored: number;
  /** How often one of them came again, as far as the log was read. */
  readonly duplicate: number;
  readonly conflicting: number;
  /** Parts in quarantine that are open, and that were sent again with success. */
  readonly rejected: number;
  readonly resolved: number;
  readonly waitingForStart: number;
  /** Messages on the log that no worker has stored yet. */
  readonly onLog: number;
  /** Readings whose place on the log is stored, and that are nowhere. */
  readonly missing: number;
  /** Messages of the log whose fate is not known, since the database could not be asked. */
  readonly unknown: number;
}

/** The exit code of `meterpulse trace`. */
export const TRACE_EXIT = { stored: 0, unreachable: 1, notAllStored: 2, nothingFound: 3 } as const;

export interface Verdict {
  readonly tally: Tally;
  /** Something of it was found anywhere. */
  readonly isFound: boolean;
  readonly exitCode: number;
  /** What may be behind it, each a sentence; empty where all of it is stored. */
  readonly reasons: readonly string[];
}

/** How times are written. */
export type Time = (at: Date | number) => string;

export function verdictOf(report: TraceReport, time: Time): Verdict {
  const tally = tallyOf(report);
  const { stored, conflicting, rejected, resolved, waitingForStart, onLog, missing, unknown } = tally;
  const open = conflicting + rejected + waitingForStart + onLog + missing;
  const messages = report.log?.messages.length ?? 0;
  const isFound = stored + resolved + open + unknown + messages > 0;
  const isWhole = report.unreachable.database === null && report.unreachable.log === null;
  return { tally, isFound, exitCode: exitCodeOf(), reasons: reasonsOf(report, tally, isFound, time) };

  function exitCodeOf(): number {
    if (!isFound) return isWhole ? TRACE_EXIT.nothingFound : TRACE_EXIT.unreachable;
    if (report.unreachable.database !== null) return TRACE_EXIT.unreachable;
    return open > 0 ? TRACE_EXIT.notAllStored : TRACE_EXIT.stored;
  }
}

function tallyOf({ database, log }: TraceReport): Tally {
  const messages = log?.messages ?? [];
  const fates = messages.flatMap(({ readings }) => readings.map(({ fate }) => fate));
  const count = (fate: string): number => fates.filter((each) => each === fate).length;
  return {
    stored: database?.standing.length ?? 0,
    duplicate: count('duplicate'),
    conflicting: database?.losing.length ?? 0,
    rejected: (database?.quarantined ?? []).filter(({ status }) => status === 'open').length,
    resolved: (database?.quarantined ?? []).filter(({ status }) => status === 'resolved').length,
    waitingForStart: database?.waiting.length ?? 0,
    onLog: messages.filter(({ isStored }) => isStored === false).length,
    missing: count('missing'),
    unknown: messages.filter(({ isStored }) => isStored === null).length,
  };
}

function reasonsOf(report: TraceReport, tally: Tally, isFound: boolean, time: Time): string[] {
  const { database, log, question } = report;
  const reasons: string[] = [];
  if (tally.onLog > 0) {
    reasons.push(
      'No worker has stored it yet: look at meterpulse_log_lag_messages, and whether workers run (`meterpulse topic describe`).',
    );
  }
  if (tally.rejected > 0) {
    reasons.push(
      'What is in quarantine can be sent again once its cause is mended: docs/operations.md, "Quarantine".',
    );
  }
  if (tally.waitingForStart > 0) {
    reasons.push(
      'A StopTransaction names no connector: its readings wait for the StartTransaction of their session.',
    );
  }
  if (tally.missing > 0) {
    reasons.push(
      'A reading that is nowhere though its place on the log is stored was removed from the table: a day partition that was ' +
        'dropped, or a restore. `meterpulse topic replay` stores it again from the log.',
    );
  }
  if (log?.isAnotherLog === true) {
    reasons.push(
      'The positions in the database belong to another log than the one that was read: is KAFKA_BROKERS right?',
    );
  }
  if (isFound) return reasons;
  return [
    ...reasons,
    ...(database === null ? [] : whoReasons(report, database, time)),
    ...(log === null ? [] : whereReasons(log, time)),
    ...(database?.nearest == null ? [] : whenReasons(report, database.nearest, time)),
    `The sender never heard "accepted" (OCPP: {}) for it: then nobody has it but the sender. ` +
      'meterpulse_gateway_messages_total{outcome="retry"} and {outcome="invalid"} count those.',
    ...(question.messageId === null
      ? []
      : ['A charge point makes a new message id when it sends again: ask without --message-id.']),
  ];
}

function whoReasons({ question }: TraceReport, database: DatabaseFacts, time: Time): string[] {
  const reasons: string[] = [];
  const { chargePoint, similarIds, connection } = database;
  const id = question.chargePointId;
  if (chargePoint === null) {
    const near =
      similarIds.length === 0 ? '' : ` It has ${similarIds.map((each) => `"${each}"`).join(', ')}.`;
    reasons.push(
      `The registry has no charge point "${id}": nothing of it was ever stored, or it is refused at the door ` +
        `(UNKNOWN_CHARGE_POINTS=refuse).${near}`,
    );
  } else if (chargePoint.status === 'held') {
    reasons.push(`"${id}" is held: what it sends waits in quarantine until it is approved.`);
  }
  if (connection === null) {
    reasons.push(
      'It never connected by OCPP, as far as the database knows; who sends to /ingest leaves no trace of connections.',
    );
    return reasons;
  }
  const { connectedAt, disconnectedAt } = connection;
  if (connectedAt.getTime() >= question.span.toMs) {
    reasons.push(
      `Its newest connection began later, at ${time(connectedAt)}: what it measured before comes if it kept it.`,
    );
  } else if (disconnectedAt !== null && disconnectedAt.getTime() < question.span.toMs) {
    reasons.push(
      `It has been away since ${time(disconnectedAt)} (${connection.closeReason ?? 'no reason was told'}): what it ` +
        'measures meanwhile comes when it is back, if it keeps it.',
    );
  }
  return reasons;
}

function whereReasons(log: LogFacts, time: Time): string[] {
  const reasons: string[] = [];
  if (log.isTrimmed) {
    const setting = log.kind === 'kafka' ? 'KAFKA_RETENTION_HOURS' : 'INBOX_RETENTION_HOURS';
    reasons.push(`The log has lost its oldest messages to retention (${setting}), of that time too.`);
  }
  const cut = log.lookedAt.find(({ isCutOff }) => isCutOff);
  if (cut !== undefined) {
    const until = cut.lastMs === null ? '' : ` up to what arrived at ${time(cut.lastMs)}`;
    reasons.push(
      `The log was not read to its end, only${until}: raise --max-messages, or say with --arrived when to look.`,
    );
  }
  const { fromMs } = log.arrivals;
  reasons.push(
    `The log was read from ${time(fromMs)} on: a charge point whose clock is ahead by more sent it earlier (--arrived).`,
  );
  return reasons;
}

const HALF_AN_HOUR_MS = 1_800_000;

function whenReasons(
  { question }: TraceReport,
  { before, after }: NonNullable<DatabaseFacts['nearest']>,
  time: Time,
): string[] {
  if (before === null && after === null) {
    return ['No reading of it within a day of that time is stored.'];
  }
  const { fromMs, toMs } = question.span;
  const isShifted = [before, after].some((each) => {
    const first = each === null ? NaN : Math.abs(each.getTime() - fromMs);
    return first > 0 && first % HALF_AN_HOUR_MS < toMs - fromMs && first <= 14 * 2 * HALF_AN_HOUR_MS;
  });
  const near = [before, after].flatMap((each) => (each === null ? [] : [time(each)])).join(' and ');
  const zone = isShifted ? ' Is the time zone right (--timezone; times without a zone count as UTC)?' : '';
  return [`Its readings nearest to that time are at ${near}.${zone}`];
}
