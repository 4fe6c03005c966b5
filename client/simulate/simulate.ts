import { setTimeout as sleep } from 'node:timers/promises';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { WheelClock } from '../station/wheel-clock.js';
import { readCredentials } from '../transport/credentials.js';
import { Turnstile } from '../transport/turnstile.js';
import { Fleet } from './fleet.js';
import { placesOf } from './fleet-settings.js';
import type { SimulateOptions } from './options.js';
import { openJournal, type OwnedJournal } from './owned-journal.js';
import { cutTornLine, ReadingLedger } from './reading-ledger.js';
import { Tally, type TallySnapshot } from './tally.js';

export interface SimulateHooks {
  /** Ends the run early: what waits stays in the outbox. */
  readonly signal: AbortSignal;
  readonly onProgress?: (snapshot: TallySnapshot, elapsedMs: number) => void;
}

export interface SimulateResult extends TallySnapshot {
  readonly seconds: number;
  /** Simulated time, ms since 1970 UTC. */
  readonly from: number;
  readonly to: number;
  /** Lines of the outbox that could not be read. */
  readonly damaged: number;
}

const TURN_MS = 10;
const PROGRESS_EVERY_MS = 500;
const TIME_KEPT_EVERY_MS = 1_000;
const HANDSHAKES_AT_ONCE = 256;
/** When nobody could connect by then, the address is wrong, ms. */
const CONNECT_WITHIN_MS = 15_000;
const DAY_MS = 86_400_000;

/** Yesterday at seven UTC, so that hours of sped-up time lie in the past, and the same run on the same day says the same. */
export function defaultBegin(now: number): number {
  return Math.floor(now / DAY_MS) * DAY_MS - DAY_MS + 7 * 3_600_000;
}

/**
 * Runs one process' part of a fleet until its time is over and all it said is acknowledged, or the grace has passed. Rejects
 * with CREDENTIALS_UNREADABLE, CONNECTION_REFUSED, OUTBOX_UNUSABLE or LEDGER_UNWRITABLE.
 */
export async function simulate(options: SimulateOptions, hooks: SimulateHooks): Promise<SimulateResult> {
  const credentials = await readCredentials(
    options,
    placesOf(options).map(({ id }) => id),
  );
  const stop = new AbortController();
  const fail = (cause: Error): void => stop.abort(cause);
  let ledger: ReadingLedger | null = null;
  let owned: OwnedJournal | null = null;
  const begun = options.defaultBegin ?? defaultBegin(Date.now());
  if (options.outbox !== undefined) {
    const onFailure = (cause: Error): void =>
      fail(new MeterpulseError('OUTBOX_UNUSABLE', 'The outbox takes no more.', { cause }));
    // What the outbox forgets as acknowledged must be in the ledger by then.
    owned = openJournal(options, begun, { beforeWrite: () => ledger?.flush(), onFailure });
  }
  const clock = new WheelClock();
  const tally = new Tally();
  let fleet: Fleet | null = null;
  try {
    const journal = owned?.journal ?? null;
    const restored = journal?.state.waiting ?? 0;
    const continued = journal?.state.timeMs != null || options.part[1] > 1;
    // Other parts of the fleet may be writing already.
    if (options.ledger !== undefined && options.part[1] === 1) cutTornLine(options.ledger);
    if (options.ledger !== undefined) ledger = new ReadingLedger(options.ledger, continued);
    const begin = owned?.begin ?? options.begin ?? begun;
    const end = begin + options.duration * options.speed;
    const from = Math.min(journal?.state.timeMs ?? begin, end);
    const startedAt = performance.now();
    const elapsedMs = (): number => performance.now() - startedAt;
    const simulatedTime = (): number => Math.min(from + elapsedMs() * options.speed, end);
    const handshakes = new Turnstile(HANDSHAKES_AT_ONCE);
    fleet = new Fleet({
      ...{
        options: { ...options, begin, end },
        clock,
        simulatedTime,
        handshakes,
        journal,
        ledger,
        tally,
        credentials,
      },
    });
    const snapshot = ((all: Fleet) => (): TallySnapshot => {
      const { online, waiting } = all;
      return tally.snapshot({ online, waiting, readings: ledger?.readings ?? 0, restored });
    })(fleet);

    clock.start();
    fleet.connect();
    const signal = AbortSignal.any([stop.signal, hooks.signal]);
    let [progressAt, timeAt, endedAt] = [0, 0, Infinity];
    while (!signal.aborted) {
      const now = elapsedMs();
      fleet.play(simulatedTime());
      if (simulatedTime() >= end && fleet.nextAt === Infinity && endedAt === Infinity) {
        endedAt = now;
        fleet.settle();
      }
      if (now >= timeAt) {
        journal?.append({ kind: 'time', ms: simulatedTime() });
        ledger?.flush();
        timeAt = now + TIME_KEPT_EVERY_MS;
      }
      if (now >= progressAt) {
        hooks.onProgress?.(snapshot(), now);
        progressAt = now + PROGRESS_EVERY_MS;
      }
      if (tally.counts.connections === 0 && now > CONNECT_WITHIN_MS)
        fail(unconnected(options, fleet.lastFailure));
      if (endedAt !== Infinity && (fleet.waiting === 0 || now - endedAt > options.grace)) break;
      await sleep(TURN_MS, undefined, { signal }).catch(() => undefined);
    }
    stop.signal.throwIfAborted();
    journal?.append({ kind: 'time', ms: simulatedTime() });
    const result = {
      ...{ ...snapshot(), from, to: simulatedTime(), damaged: journal?.damaged ?? 0 },
      seconds: Math.round(elapsedMs()) / 1_000,
    };
    return result;
  } finally {
    fleet?.stop();
    clock.stop();
    ledger?.close();
    owned?.close();
  }
}

function unconnected({ url }: SimulateOptions, lastFailure: string): MeterpulseError {
  const seconds = CONNECT_WITHIN_MS / 1_000;
  const last = lastFailure === '' ? '' : ` (last: ${lastFailure.replace(/\.$/, '')})`;
  return new MeterpulseError(
    'CONNECTION_REFUSED',
    `No connection to ${url.href} in ${seconds} seconds${last}.`,
  );
}
