import { formatChangeId } from '../../protocol/live/change-id.js';
import type { DatabaseFacts, LogFacts, TraceReport } from '../trace/trace-report.js';
import type { ArrivedReading } from '../../store/trace/stored-around.js';
import type { Verdict } from '../trace/verdict.js';

const iso = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString() : null);

/** One JSON line: all that is known, for scripts. Times are ISO 8601 UTC; a place that could not be asked is null. */
export function traceLine(report: TraceReport, { tally, isFound, reasons }: Verdict): string {
  const { question, database, log, unreachable, isInterrupted, askedAtMs } = report;
  return JSON.stringify({
    chargePointId: question.chargePointId,
    from: iso(question.span.fromMs),
    to: iso(question.span.toMs),
    messageId: question.messageId,
    askedAt: iso(askedAtMs),
    complete: !isInterrupted,
    found: isFound,
    counts: tally,
    reasons,
    unreachable,
    chargePoint: database?.chargePoint ?? null,
    similarIds: database?.similarIds ?? [],
    connection: database?.connection ?? null,
    log: log === null ? null : logOf(log),
    stored: database?.standing.map((row) => storedOf(row, database)) ?? null,
    conflicting: database?.losing ?? null,
    waiting: database?.waiting ?? null,
    quarantined:
      database?.quarantined.map(({ raw, ...part }) => ({ ...part, raw: raw.toString('utf8') })) ?? null,
    cutOff: database?.isCutOff ?? null,
    nearest: database?.nearest ?? null,
  });
}

function logOf({ arrivals, ranges, lookedAt, messages, ...log }: LogFacts): object {
  return {
    ...log,
    from: iso(arrivals.fromMs),
    to: iso(arrivals.toMs),
    partitions: [...ranges].map(([partition, { low, high }]) => ({ partition, low, high })),
    lookedAt: lookedAt.map(({ lastMs, ...part }) => ({
      ...part,
      lastAt: lastMs === null ? null : iso(lastMs),
    })),
    messages: messages.map(({ loggedAtMs, receivedAtMs, readings, ...message }) => ({
      ...message,
      loggedAt: iso(loggedAtMs),
      receivedAt: receivedAtMs === null ? null : iso(receivedAtMs),
      readings: readings.map(({ timestampMs, ...reading }) => ({ ...reading, timestamp: iso(timestampMs) })),
    })),
  };
}

function storedOf(row: ArrivedReading, { aggregates, feed }: DatabaseFacts): object {
  const isOf = (each: { seriesId: number; timestampMs: number }): boolean =>
    each.seriesId === row.seriesId && each.timestampMs === row.timestamp.getTime();
  return {
    ...row,
    aggregates: aggregates
      .filter(isOf)
      .map(({ level, bucket, count, isMarked }) => ({ level, bucket, count, isMarked })),
    feed: feed.filter(isOf).map(({ position, index, committedAt, isReplacement }) => ({
      changeId: formatChangeId({ position, index }),
      committedAt,
      isReplacement,
    })),
  };
}
