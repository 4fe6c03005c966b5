import type { DeviceMessage } from './device-message.js';
import type { Journal } from './journal.js';
import type { OutboxJournal } from './outbox-parts.js';

/** One charge point's part of a fleet's journal. `written`: all that was added so far is in it. */
export function journalOf(
  journal: Journal,
  chargePointId: string,
  written: () => void,
): OutboxJournal<DeviceMessage> {
  return {
    added(number, { stored }) {
      if (stored !== null) journal.append({ kind: 'added', chargePointId, number, message: stored }, written);
    },
    settled: (number) => journal.append({ kind: 'settled', chargePointId, number }),
  };
}
