import { setMaxListeners } from 'node:events';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { seededRandom, shuffled, type Random } from '../../helpers/seeded-random.js';
import { Connection } from '../transport/connection.js';
import type { Dialect } from './dialect.js';
import { jsonDialect } from './json-dialect.js';
import { Lane } from './lane.js';
import { dealRows } from './lanes.js';
import { ocppDialect } from './ocpp-dialect.js';
import { replayOptionsSchema, type ParsedReplayOptions, type ReplayOptions } from './options.js';
import { schedule } from './pacer.js';
import { ResumeState } from './resume-state.js';
import { BAD_ROW_REASONS } from './row.js';
import { RowLedger } from './row-ledger.js';
import type { ReplaySummary } from './summary.js';
import { Turnstile } from '../transport/turnstile.js';
import { Tally, type ReplayProgress } from './tally.js';
import { readWorkbook, type Workbook } from './workbook.js';

/** More at once would only make each slower, and time out where thousands of charge points connect. */
const HANDSHAKES_AT_ONCE = 64;
const BACKOFF = { baseMs: 250, capMs: 10_000 };
const SAVE_EVERY_MS = 1_000;
const PROGRESS_EVERY_MS = 200;

/** What a caller of {@link replay} may hand in; none of it is needed. */
export interface ReplayHooks {
  /** Called five times a second, and once at the end. */
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** Called once, before anything is sent. */
  readonly onWorkbook?: (workbook: Workbook) => void;
  /** Called when an attempt to connect failed; there will be another. */
  readonly onConnectionLost?: (cause: Error) => void;
  /** Ends the replay early; the summary is then incomplete. */
  readonly signal?: AbortSignal;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  readonly random?: Random;
}

/**
 * Sends the rows of a workbook to a gateway until each is acknowledged or rejected, whatever happens to the connection.
 * Throws WORKBOOK_UNREADABLE, RESUME_STATE_UNUSABLE, LEDGER_UNWRITABLE, CONNECTION_REFUSED (never connected) or
 * REPLAY_STALLED (no progress).
 */
export async function replay(options: ReplayOptions, hooks: ReplayHooks = {}): Promise<ReplaySummary> {
  const settings = replayOptionsSchema.parse(options);
  const now = hooks.now ?? (() => performance.now());
  const startedAt = now();
  const workbook = await readWorkbook(settings.file, { sheets: settings.sheet });
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
    await sendAll({ settings, hooks, workbook, dialect, order, due, tally, state, now });
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

interface Run {
  readonly settings: ParsedReplayOptions;
  readonly hooks: ReplayHooks;
  readonly workbook: Workbook;
  readonly dialect: Dialect;
  readonly order: readonly number[];
  /** By place in `order`. */
  readonly due: Float64Array | null;
  readonly tally: Tally;
  readonly state: ResumeState | null;
  readonly now: () => number;
}

async function sendAll(run: Run): Promise<void> {
  const { settings, hooks, dialect, order, tally, state } = run;
  if (order.length === 0) return;
  const ending = new AbortController();
  let failure: Error | undefined;
  const fail = (cause: unknown): void => {
    failure ??= cause instanceof Error ? cause : new Error(String(cause));
    ending.abort();
  };
  const contact = new Contact();
  const lanes = makeLanes(run, contact);
  const signal = hooks.signal === undefined ? ending.signal : AbortSignal.any([ending.signal, hooks.signal]);
  // Each lane listens; thousands of them are no leak.
  setMaxListeners(0, signal);

  const timers = [
    setInterval(() => {
      const trouble = findTrouble(run, lanes, contact);
      if (trouble !== null) fail(trouble);
      hooks.onProgress?.(tally.progress());
    }, PROGRESS_EVERY_MS),
    setInterval(() => void state?.save().catch(fail), SAVE_EVERY_MS),
  ];
  try {
    await Promise.all(
      lanes.map(async (lane) => {
        const ended = await lane.run(signal);
        if (ended === null) return;
        // A refused charge point is its own affair; a refused `/ingest` is everybody's.
        const detail = ended.detail === '' ? '' : `: ${ended.detail}`;
        const why = `it answered HTTP ${ended.status}${detail}`;
        if (dialect.socketPerChargePoint) lane.refuseRest(`http_${ended.status}`, why);
        else fail(unconnected(settings, why.replace(/\.$/, ''), null));
      }),
    );
  } catch (cause) {
    fail(cause);
  } finally {
    timers.forEach(clearInterval);
  }
  if (failure !== undefined) throw failure;
}

/** Whether the server was ever there, and what the last attempt said. */
class Contact {
  made = false;
  lastFailure: Error | null = null;
}

function makeLanes(run: Run, contact: Contact): Lane[] {
  const { settings, hooks, workbook, dialect, order, due, tally, now } = run;
  const random = hooks.random ?? Math.random;
  const handshakes = new Turnstile(HANDSHAKES_AT_ONCE);
  const startedAt = now();
  const dueOf = new Map(
    due === null ? [] : order.map((index, place) => [index, startedAt + (due[place] ?? 0)]),
  );
  return dealRows(workbook.rows, order, settings.connections, dialect.socketPerChargePoint).map((mine) => {
    const connection = new Connection({
      url: dialect.url(settings.url, workbook.rows[mine[0] ?? 0]?.chargePointId ?? ''),
      subprotocol: dialect.subprotocol,
      backoff: BACKOFF,
      handshakes,
      random,
      onContact: () => (contact.made = true),
      onFailure: (cause) => {
        contact.lastFailure = cause;
        hooks.onConnectionLost?.(cause);
      },
    });
    return new Lane({
      dialect,
      connection,
      rows: workbook.rows,
      order: mine,
      dueAt: due === null ? null : (index) => dueOf.get(index) ?? startedAt,
      window: dialect.window ?? settings.window,
      answerTimeoutMs: settings.answerWithin * 1000,
      tally,
      now,
      random,
    });
  });
}

/** Why the replay should end now, if it should. */
function findTrouble(run: Run, lanes: readonly Lane[], contact: Contact): MeterpulseError | null {
  const { settings, tally, now } = run;
  const idleMs = now() - tally.lastSettledAt;
  if (!contact.made && idleMs >= settings.connectWithin * 1000)
    return unconnected(settings, contact.lastFailure?.message ?? 'it does not answer', contact.lastFailure);
  const limitMs = settings.giveUpAfter * 1000;
  const stuck = lanes.some(({ busySince }) => busySince !== null && now() - busySince >= limitMs);
  if (!stuck || idleMs < limitMs) return null;
  const last = contact.lastFailure === null ? '' : ` (last: ${contact.lastFailure.message})`;
  return new MeterpulseError(
    'REPLAY_STALLED',
    `Nothing was acknowledged for ${settings.giveUpAfter} seconds${last}.`,
    { cause: contact.lastFailure ?? undefined },
  );
}

function unconnected(settings: ParsedReplayOptions, why: string, cause: Error | null): MeterpulseError {
  return new MeterpulseError(
    'CONNECTION_REFUSED',
    `No connection to ${settings.url.href}: ${why || 'refused'}.`,
    {
      cause: cause ?? undefined,
    },
  );
}
