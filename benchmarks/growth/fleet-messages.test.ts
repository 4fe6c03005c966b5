import { expect, it } from 'vitest';
import { fleetMessages, type MessagesRequest } from './fleet-messages.js';
import { DAY_MS, FROM, SAMPLE_SECONDS, STARTS, startMinuteOf } from './grown-fleet.js';

const REQUEST: MessagesRequest = { size: 1_000_000, senders: 70, day: 3, samples: 64, offsets: [30, 90] };

function sentOf(request: MessagesRequest): { id: string; at: number }[] {
  const { warmUp, measured } = fleetMessages(request);
  return [...warmUp, ...measured].map(({ chargePointId, receivedAt }) => ({
    id: chargePointId,
    at: receivedAt,
  }));
}

it('tells of each sample once, between those that the table has', () => {
  const sent = sentOf(REQUEST);
  expect(sent).toHaveLength(70 * 64 * 2);
  expect(new Set(sent.map(({ id, at }) => `${id} ${at}`)).size).toBe(sent.length);
  for (const { at } of sent) {
    expect(at).toBeGreaterThanOrEqual(FROM + 3 * DAY_MS);
    expect(at).toBeLessThan(FROM + 4 * DAY_MS);
    expect((at / 1_000) % (SAMPLE_SECONDS / 2)).toBe(30);
  }
});

it('lets charge points of the whole fleet send, and warms up with all of them', () => {
  const { warmUp } = fleetMessages({ ...REQUEST, samples: 3 });
  const senders = new Set(warmUp.map(({ chargePointId }) => Number(chargePointId.slice(3))));
  expect(senders.size).toBe(70);
  expect(Math.max(...senders)).toBeGreaterThan(760);
});

it('refuses more senders than there are', () => {
  expect(() => fleetMessages({ ...REQUEST, senders: 800 })).toThrow(RangeError);
});

it('has a fleet that begins at each minute once', () => {
  const minutes = Array.from({ length: STARTS }, (_, index) => startMinuteOf(index + 1));
  expect(new Set(minutes).size).toBe(STARTS);
});
