import { seededRandom, shuffled } from '../../helpers/seeded-random.js';
import { jsonDialect } from './json-dialect.js';
import { ocppDialect } from './ocpp-dialect.js';
import { readCredentials } from '../transport/credentials.js';
import { replayOptionsSchema, type ParsedReplayOptions, type ReplayOptions } from './options.js';
import { schedule } from './pacer.js';
import { ResumeState } from './resume-state.js';
import { BAD_ROW_REASONS } from './row.js';
import { RowLedger } from './row-ledger.js';
import { sendRows, type SendHooks } from './send-rows.js';
import type { ReplaySummary } from './summary.js';
import { Tally } from './tally.js';
import { readWorkbook, type Workbook } from './workbook.js';

/** What a caller of {@link replay} may hand in; none of it is needed. */
export interface ReplayHooks extends SendHooks {
  /** Called once, before anything is sent. */
  readonly onWorkbook?: (workbook: Workbook) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
}

/**
 * Sends the rows of a workbook to a gateway until each is acknowledged or rejected, whatever happens to the connection.
 * Throws WORKBOOK_UNREADABLE, CREDENTIALS_UNREADABLE, RESUME_STATE_UNUSABLE, LEDGER_UNWRITABLE, CONNECTION_REFUSED (never connected) or
 * REPLAY_STALLED (no progress).
 */
export async function replay(options: ReplayOptions, hooks: ReplayHooks = {}): Promise<ReplaySummary> {
  const settings = replayOptionsSchema.parse(options);
  const now = hooks.now ?? (() => performance.now());
  const startedAt = now();
  const workbook = await readWorkbook(settings.file, { sheets: settings.sheet });
  const ids = new Set(workbook.rows.map(({ chargePointId }) => chargePointId));
  const credentials = await readCredentials(settings, [...ids]);
  hooks.onWorkbook?.(workbook);
  const state = await openState(settings, workbook);

  const dialect = settings.protocol === 'json' ? jsonDialect : ocppDialect;
  const isAddressed = (index: number): boolean =>
    dialect.canAddress(workbook.rows[index]?.chargePointId ?? '');
  const all = sendingOrder(settings, workbook, state);
  const order = all.filter(isAddressed);
  const due = schedule(
    order.map((index) => workbook.rows[index] ?? { timestampMs: null }),
    settings.speed,
  );
  const sheet = {
    rows: workbook.rowCount,
    badRows: workbook.badRows.length,
    skipped: state?.settledRows ?? 0,
  };
  // A run that goes on continues the ledger too.
  const ledger =
    settings.ledger === undefined ? null : await RowLedger.open(settings.ledger, sheet.skipped > 0);
  for (const bad of workbook.badRows) ledger?.write(bad, { kind: 'refused', ...bad });
  const tally = new Tally(sheet, due?.at(-1) ?? 0, state, now, (index, outcome) => {
    const row = workbook.rows[index];
    if (row !== undefined) ledger?.write(row, outcome);
  });
  for (const index of all) {
    const { meaning } = BAD_ROW_REASONS.unaddressable_charge_point;
    if (!isAddressed(index)) tally.refused(index, 'unaddressable_charge_point', meaning);
  }
  try {
    await sendRows({
      settings,
      credentials,
      hooks,
      rows: workbook.rows,
      dialect,
      order,
      due,
      tally,
      state,
      now,
    });
  } finally {
    hooks.onProgress?.(tally.progress());
    await state?.save();
    await ledger?.close();
  }
  const { sent, acknowledged, rejected, refused, retried } = tally.progress();
  return {
    ...sheet,
    sent,
    acknowledged,
    rejected,
    refused,
    retried,
    seconds: Math.round(now() - startedAt) / 1000,
    rejectReasons: Object.fromEntries(tally.rejectReasons),
    refuseReasons: Object.fromEntries(tally.refuseReasons),
    badRowList: workbook.badRows,
  };
}

/** Opens the state and writes it at once, so that a place that can't be written shows before anything is sent. */
async function openState(settings: ParsedReplayOptions, workbook: Workbook): Promise<ResumeState | null> {
  if (settings.resume === undefined) return null;
  const state = await ResumeState.open(settings.resume, workbook.fingerprint, workbook.rows.length);
  await state.save();
  return state;
}

function sendingOrder(
  settings: ParsedReplayOptions,
  workbook: Workbook,
  state: ResumeState | null,
): number[] {
  const open = workbook.rows.map((_, index) => index).filter((index) => state?.isSettled(index) !== true);
  return settings.shuffle === undefined ? open : shuffled(open, seededRandom(settings.shuffle));
}
