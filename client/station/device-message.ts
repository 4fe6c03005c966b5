import type { StoredMessage } from './journal-record.js';
import type { Message } from './message.js';

/** A message of a device: what is kept of it, as it leaves. */
export interface DeviceMessage extends Message {
  /** null for what is of use only now, such as a heartbeat. */
  readonly stored: StoredMessage | null;
}

/** What a message costs beside its text while it waits, bytes: its objects. */
const OVERHEAD_BYTES = 300;

/** While it waits; JSON of a device is ASCII, or nearly. */
export function bytesOf({ stored }: DeviceMessage): number {
  return stored === null ? 0 : stored.body.length + OVERHEAD_BYTES;
}

/** Samples between others; never Start, Stop, or the registers at a session's beginning and end. */
export function mayThin({ stored }: DeviceMessage): boolean {
  return stored?.role === 'sample';
}

/** A message that is of use only now: one that is offline doesn't save it up. */
export function passingMessage(action: string, body: string): DeviceMessage {
  return { action, payload: () => body, kept: false, stored: null };
}

/** `transactionIdOf` gives what the server called a session, undefined when it never named it. */
export function keptMessage(
  stored: StoredMessage,
  transactionIdOf: (session: number) => number | undefined,
): DeviceMessage {
  const { action, body, role, session } = stored;
  const payload = (): string | null => {
    if (session === 0 || role === 'start') return body;
    const transactionId = transactionIdOf(session);
    if (transactionId !== undefined) return `{"transactionId":${transactionId},${body.slice(1)}`;
    // A session whose Start was refused can't be stopped; what was measured counts all the same.
    return role === 'stop' ? null : body;
  };
  return { action, payload, kept: true, stored };
}
