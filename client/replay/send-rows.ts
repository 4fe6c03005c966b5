import { setMaxListeners } from 'node:events';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { Random } from '../../helpers/seeded-random.js';
import { Connection } from '../transport/connection.js';
import type { Credentials } from '../transport/credentials.js';
import { Turnstile } from '../transport/turnstile.js';
import type { Dialect } from './dialect.js';
import { Lane } from './lane.js';
import { dealRows } from './lanes.js';
import type { ParsedReplayOptions } from './options.js';
import type { ResumeState } from './resume-state.js';
import type { Row } from './row.js';
import type { ReplayProgress, Tally } from './tally.js';

/** More at once would only make each slower, and time out where thousands of charge points connect. */
const HANDSHAKES_AT_ONCE = 64;
const BACKOFF = { baseMs: 250, capMs: 10_000 };
const SAVE_EVERY_MS = 1_000;
const PROGRESS_EVERY_MS = 200;

/** How rows are sent; the replay's options of the same names. */
export type SendSettings = Pick<
  ParsedReplayOptions,
  'url' | 'connections' | 'window' | 'giveUpAfter' | 'connectWithin' | 'answerWithin'
>;

export interface SendHooks {
  /** Called five times a second. */
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** Called when an attempt to connect failed; there will be another. */
  readonly onConnectionLost?: (cause: Error) => void;
  /** Ends the sending early. */
  readonly signal?: AbortSignal;
  readonly random?: Random;
}

export interface Sending {
  readonly settings: SendSettings;
  readonly credentials: Credentials;
  readonly hooks: SendHooks;
  readonly rows: readonly Row[];
  readonly dialect: Dialect;
  /** Indexes into `rows`, in the order of sending. */
  readonly order: readonly number[];
  /** When a row is due, ms after the start, by place in `order`; null sends at once. */
  readonly due: Float64Array | null;
  readonly tally: Tally;
  readonly state: ResumeState | null;
  readonly now: () => number;
}

/**
 * Sends rows until the tally has heard the end of each, whatever happens to the connection. Throws CONNECTION_REFUSED (never
 * connected) or REPLAY_STALLED (no progress).
 */
export async function sendRows(run: Sending): Promise<void> {
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

function makeLanes(run: Sending, contact: Contact): Lane[] {
  const { settings, credentials, hooks, rows, dialect, order, due, tally, now } = run;
  const random = hooks.random ?? Math.random;
  const handshakes = new Turnstile(HANDSHAKES_AT_ONCE);
  const startedAt = now();
  const dueOf = new Map(
    due === null ? [] : order.map((index, place) => [index, startedAt + (due[place] ?? 0)]),
  );
  return dealRows(rows, order, settings.connections, dialect.socketPerChargePoint).map((mine) => {
    const chargePointId = rows[mine[0] ?? 0]?.chargePointId ?? '';
    const shows = dialect.socketPerChargePoint ? chargePointId : null;
    const connection = new Connection({
      url: dialect.url(settings.url, chargePointId),
      authorization: credentials.authorization(shows),
      signingSecret: credentials.signingSecret(shows),
      secureContext: credentials.secureContext(shows),
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
      rows,
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
function findTrouble(run: Sending, lanes: readonly Lane[], contact: Contact): MeterpulseError | null {
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

function unconnected(settings: SendSettings, why: string, cause: Error | null): MeterpulseError {
  return new MeterpulseError(
    'CONNECTION_REFUSED',
    `No connection to ${settings.url.href}: ${why || 'refused'}.`,
    {
      cause: cause ?? undefined,
    },
  );
}
