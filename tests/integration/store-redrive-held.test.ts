import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SinkMessage } from '../../store/reading-sink.js';
import { startMessage, stopMessage, storedState } from './session-harness.js';
import {
  Feeder,
  message,
  openStore,
  quarantinedParts,
  reading,
  T0,
  type QuarantinedPart,
  type Store,
} from './store-harness.js';

let store: Store;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const AN_HOUR_LATER = new Date(T0 + 3_600_000);

describe('a held charge point', () => {
  /** As the worker reads a `judged` envelope. */
  const judged = (part: QuarantinedPart, offset: number): SinkMessage => {
    const { readings, session } = JSON.parse(part.raw) as Pick<SinkMessage, 'readings' | 'session'>;
    return message(offset, readings, { session, redriveOf: part.id, receivedAt: AN_HOUR_LATER.getTime() });
  };
  const told = [
    startMessage(0),
    message(1, [reading({ connectorId: 2, transactionId: '7' })]),
    stopMessage(2),
  ];

  it('has all of its session once it is approved and the parts are sent again, in any order', async () => {
    const straight = await openStore();
    try {
      await (await Feeder.claim(straight.sink())).store(told);
      const { sessions, ...rows } = await storedState(straight.pool);

      let now = T0;
      const feeder = await Feeder.claim(store.sink({ unknownChargePoints: 'hold', now: () => now }));
      await feeder.store(told);
      const kept = await quarantinedParts(store.pool);
      expect(kept.map(({ path, raw_kind }) => [path, raw_kind])).toEqual(told.map(() => ['', 'judged']));

      const early = await feeder.store(kept.slice(0, 1).map((part) => judged(part, 3)));
      expect(early.messages).toMatchObject({ rejected: 1 });
      expect(await quarantinedParts(store.pool)).toMatchObject(
        kept.map(({ id }) => ({ id, reason: 'unknown_charge_point', resolved_at: null })),
      );

      await store.pool.query(`update charge_points set status = 'active'`);
      now += 5_000;
      for (const [index, part] of kept.toReversed().entries()) await feeder.store([judged(part, 4 + index)]);

      expect(await quarantinedParts(store.pool)).toMatchObject(
        kept.map(({ id }) => ({ id, resolved_at: AN_HOUR_LATER })),
      );
      const state = await storedState(store.pool);
      expect(state).toMatchObject(rows);
      const arrival = { start_received_at: AN_HOUR_LATER, stop_received_at: AN_HOUR_LATER };
      expect(state.sessions).toEqual(sessions.map((each) => ({ ...each, ...arrival })));
    } finally {
      await straight.close();
    }
  });
});
