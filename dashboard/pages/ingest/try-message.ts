import { signal, type ReadonlySignal } from '@preact/signals';
import type { LiveClient, PushOutcome, SubscriptionEvent } from '../../../client/live/index.js';
import type { LiveReading } from '../../../protocol/live/change.js';

export interface Trial {
  readonly id: number;
  readonly chargePointId: string;
  /** When it was sent, ms since 1970 UTC. */
  readonly sentAt: number;
  readonly outcome: PushOutcome | undefined;
  /** From sending to the answer. */
  readonly answeredMs: number | undefined;
  /** Of it, as they came back by the live feed. */
  readonly readings: readonly LiveReading[];
  /** From sending until the first of them was drawn. */
  readonly drawnMs: number | undefined;
  /** Why it could not be sent. */
  readonly error: unknown;
  /** Nothing more is waited for. */
  readonly isOver: boolean;
}

export interface TryOptions {
  readonly id: number;
  readonly chargePointId: string;
  readonly payload: unknown;
  /** Instants of its readings, ms since 1970 UTC: what comes back is known by them. */
  readonly timestamps: readonly number[];
  /** Who sends. */
  readonly pusher: LiveClient;
  /** Who hears what comes back; null: nobody, since there is no live connection. */
  readonly live: LiveClient | null;
}

/** So long a reading may take to come back: longer than any second of waiting in a healthy system. */
const PATIENCE_MS = 10_000;
const READY_MS = 2_000;

/** Sends a message, and follows it until its readings are on the screen. Ends by itself; `close` ends it at once. */
export function tryMessage(options: TryOptions): {
  readonly trial: ReadonlySignal<Trial>;
  readonly close: () => void;
} {
  const { id, chargePointId, payload, timestamps, pusher, live } = options;
  const trial = signal<Trial>({
    ...{ id, chargePointId, sentAt: Date.now(), readings: [], isOver: false },
    ...{ outcome: undefined, answeredMs: undefined, drawnMs: undefined, error: undefined },
  });
  const abort = new AbortController();
  let sent = performance.now();
  const change = (of: Partial<Trial>) => {
    if (!abort.signal.aborted) trial.value = { ...trial.peek(), ...of };
  };

  const subscription =
    live === null || timestamps.length === 0
      ? null
      : live.subscribe({ filter: { chargePointIds: [chargePointId], kinds: ['reading'] }, snapshot: false });
  const end = () => {
    subscription?.unsubscribe();
    change({ isOver: true });
  };
  subscription?.on('batch', (events) => {
    const readings = events
      .flatMap(readingOf)
      .filter(({ timestamp }) => timestamps.includes(Date.parse(timestamp)));
    if (readings.length === 0) return;
    change({ readings: [...trial.peek().readings, ...readings] });
    if (trial.peek().drawnMs !== undefined) return;
    // The first frame draws it; when the second begins, it stands on the screen.
    requestAnimationFrame(() => requestAnimationFrame(() => change({ drawnMs: performance.now() - sent })));
  });

  const go = async () => {
    if (subscription !== null) await untilLive(subscription, abort.signal);
    sent = performance.now();
    change({ sentAt: Date.now() });
    const [outcome] = await pusher.push({ chargePointId, payload }, { signal: abort.signal });
    change({ outcome, answeredMs: performance.now() - sent });
    if (outcome?.status !== 'accepted' || subscription === null) {
      end();
      return;
    }
    setTimeout(end, PATIENCE_MS);
  };
  go().catch((error: unknown) => {
    change({ error });
    end();
  });
  return {
    trial,
    close: () => {
      abort.abort();
      subscription?.unsubscribe();
    },
  };
}

function readingOf(event: SubscriptionEvent): LiveReading[] {
  if (event.type === 'INSERT' && event.kind === 'reading') return [event.data];
  return event.type === 'UPDATE' && event.kind === 'reading' ? [event.newData] : [];
}

/** The time to the screen counts from sending, not from subscribing; a server that doesn't answer must not keep it back. */
function untilLive(subscription: ReturnType<LiveClient['subscribe']>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (subscription.getStatus().state === 'live') {
      resolve();
      return;
    }
    const off = subscription.on('status', ({ state }) => {
      if (state === 'live' || state === 'refused') done();
    });
    const timer = setTimeout(done, READY_MS);
    signal.addEventListener('abort', done);
    function done() {
      off();
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
