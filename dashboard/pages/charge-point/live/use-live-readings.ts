import { useEffect, useState } from 'preact/hooks';
import { signal, type ReadonlySignal } from '@preact/signals';
import type { LiveClient, SubscriptionEvent } from '../../../../client/live/index.js';
import type { LiveChargePoint, LiveReading } from '../../../../protocol/live/change.js';
import { FrameBatch } from '../../../charts/frame-batch.js';
import { LatestReadings } from './latest-readings.js';

export interface LiveChange {
  readonly reading: LiveReading;
  readonly isDeleted: boolean;
}

export interface LiveHandlers {
  /** In the order of the feed, once a frame. */
  readonly onChanges: (changes: readonly LiveChange[]) => void;
  /** Something may have been missed: what was loaded by other ways is to be loaded again. */
  readonly onMissed: () => void;
}

export interface LiveReadings {
  readonly latest: ReadonlySignal<ReadonlyMap<string, readonly LiveReading[]>>;
  /** Series that were left out of `latest`. */
  readonly leftOut: ReadonlySignal<number>;
  /** undefined: not told yet; null: it is none, or none any more. */
  readonly chargePoint: ReadonlySignal<LiveChargePoint | null | undefined>;
}

/** Follows one charge point: what it measures, and what is known of it, are drawn anew at most once a frame. */
export function useLiveReadings(
  client: LiveClient | null,
  chargePointId: string,
  handlers: LiveHandlers,
): LiveReadings {
  const [state] = useState(() => ({
    latest: signal<ReadonlyMap<string, readonly LiveReading[]>>(new Map()),
    leftOut: signal(0),
    chargePoint: signal<LiveChargePoint | null | undefined>(undefined),
  }));
  useEffect(() => {
    if (client === null) return;
    const known = new LatestReadings();
    const fold = new Fold(known, (chargePoint) => (state.chargePoint.value = chargePoint));
    const batch = new FrameBatch<SubscriptionEvent>((events) => {
      const changes = events.flatMap((event) => fold.take(event));
      state.latest.value = known.byMeasurand();
      state.leftOut.value = known.leftOut;
      if (changes.length > 0) handlers.onChanges(changes);
      if (events.some(({ type }) => type === 'RESYNC' || type === 'LAGGING')) handlers.onMissed();
    });
    const subscription = client.subscribe({
      filter: { chargePointIds: [chargePointId], kinds: ['reading', 'chargePoint'] },
    });
    subscription.on('batch', (events) => events.forEach((event) => batch.add(event)));
    return () => {
      subscription.unsubscribe();
      batch.close();
    };
  }, [client, chargePointId, handlers, state]);
  return state;
}

/** What the events of the subscription add up to. */
class Fold {
  #isFirstPart = true;
  #hasChargePoint = false;

  constructor(
    private readonly latest: LatestReadings,
    private readonly tell: (chargePoint: LiveChargePoint | null) => void,
  ) {}

  /** Changes of readings, for those who keep more than the newest. */
  take(event: SubscriptionEvent): LiveChange[] {
    switch (event.type) {
      case 'INITIAL_DATA':
        return this.#takeInitial(event);
      case 'INSERT':
        return this.#add(
          event.kind === 'reading' ? event.data : null,
          event.kind === 'chargePoint' ? event.data : null,
        );
      case 'UPDATE':
        return this.#add(
          event.kind === 'reading' ? event.newData : null,
          event.kind === 'chargePoint' ? event.newData : null,
        );
      case 'DELETE':
        if (event.kind === 'chargePoint') {
          this.tell(null);
          return [];
        }
        this.latest.remove(event.data);
        return [{ reading: event.data, isDeleted: true }];
      case 'RESYNC':
      case 'LAGGING':
      case 'STATUS':
        return [];
    }
  }

  #takeInitial({ data, isLast }: Extract<SubscriptionEvent, { type: 'INITIAL_DATA' }>): LiveChange[] {
    if (this.#isFirstPart) {
      this.latest.clear();
      this.#hasChargePoint = false;
    }
    const changes = data.flatMap((item) =>
      this.#add(item.kind === 'reading' ? item : null, item.kind === 'chargePoint' ? item : null),
    );
    if (isLast && !this.#hasChargePoint) this.tell(null);
    this.#isFirstPart = isLast;
    return changes;
  }

  #add(reading: LiveReading | null, chargePoint: LiveChargePoint | null): LiveChange[] {
    if (chargePoint !== null) {
      this.#hasChargePoint = true;
      this.tell(chargePoint);
    }
    if (reading === null) return [];
    this.latest.add(reading);
    return [{ reading, isDeleted: false }];
  }
}
