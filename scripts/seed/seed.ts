import { jsonDialect } from '../../client/replay/json-dialect.js';
import { ocppDialect } from '../../client/replay/ocpp-dialect.js';
import type { Row } from '../../client/replay/row.js';
import { sendRows, type SendSettings } from '../../client/replay/send-rows.js';
import { Tally } from '../../client/replay/tally.js';
import { readCredentials } from '../../client/transport/credentials.js';
import { dayBegin, dayNumber } from '../../Files/charging-day.js';
import { Fleet, type SampleMessage } from '../../Files/sample-month.js';
import type { SeedOptions } from './seed-options.js';

export interface SeedProgress {
  /** Days that are settled, with the part of the one that is being sent. */
  readonly days: number;
  readonly messages: number;
  readonly elapsedMs: number;
}

export interface SeedSummary {
  readonly days: number;
  readonly chargePoints: number;
  /** ISO 8601: the first charging day's beginning and the last one's end. */
  readonly from: string;
  readonly to: string;
  readonly sent: number;
  readonly acknowledged: number;
  readonly rejected: number;
  readonly retried: number;
  /** With milliseconds. */
  readonly seconds: number;
}

/** A gateway that isn't there is no reason to wait: nobody has lost a connection to it. */
const CONNECTION: Omit<SendSettings, 'url'> = {
  connections: 8,
  window: 256,
  connectWithin: 3,
  answerWithin: 30,
  giveUpAfter: 120,
};

/**
 * Sends the charging days of a fleet to a gateway, one day after the other: what is in memory is one day. Resolves when each
 * message is answered, or the signal aborts. Rejects with CREDENTIALS_UNREADABLE,
 * CONNECTION_REFUSED or REPLAY_STALLED.
 */
export async function seed(
  options: SeedOptions,
  hooks: { readonly signal: AbortSignal; readonly onProgress: (progress: SeedProgress) => void },
): Promise<SeedSummary> {
  const { days, chargePoints, interval, url, protocol } = options;
  const startedAt = performance.now();
  const fleet = new Fleet({ chargePoints, intervalS: interval });
  const credentials = await readCredentials(options, fleet.chargePointIds);
  const end = dayNumber(options.until.getTime());
  const total = { sent: 0, acknowledged: 0, rejected: 0, retried: 0 };
  for (let day = end - days; day < end && !hooks.signal.aborted; day++) {
    const rows = fleet.day(day).map(rowOf);
    const tally = new Tally({ rows: rows.length, badRows: 0, skipped: 0 }, 0, null, () => performance.now());
    const onProgress = (): void => {
      const { acknowledged, rejected } = tally.progress();
      hooks.onProgress({
        days: day - (end - days) + (acknowledged + rejected) / rows.length,
        messages: total.acknowledged + total.rejected + acknowledged + rejected,
        elapsedMs: performance.now() - startedAt,
      });
    };
    await sendRows({
      settings: { ...CONNECTION, url },
      credentials,
      hooks: { signal: hooks.signal, onProgress },
      rows,
      dialect: protocol === 'json' ? jsonDialect : ocppDialect,
      order: rows.map((_, index) => index),
      due: null,
      tally,
      state: null,
      now: () => performance.now(),
    });
    onProgress();
    const { sent, acknowledged, rejected, retried } = tally.progress();
    total.sent += sent;
    total.acknowledged += acknowledged;
    total.rejected += rejected;
    total.retried += retried;
  }
  const beginOf = (day: number): string => new Date(dayBegin(day)).toISOString();
  const seconds = Math.round(performance.now() - startedAt) / 1000;
  return { days, chargePoints, from: beginOf(end - days), to: beginOf(end), ...total, seconds };
}

function rowOf({ chargePointId, timeMs, payload }: SampleMessage, index: number): Row {
  const rowNumber = index + 1;
  return {
    sheet: '',
    rowNumber,
    id: `row-${rowNumber}`,
    chargePointId,
    payload: JSON.stringify(payload),
    isJson: true,
    timestampMs: timeMs,
  };
}
