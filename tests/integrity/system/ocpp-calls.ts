import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { SentMessage } from '../oracle.js';
import { allocatedId } from '../read-message.js';

/** Charge points that are connected at once. */
const CONNECTED = 16;

/**
 * Sends messages as OCPP-J calls: a socket each charge point, one open call on each, in their order. Throws when one is
 * answered by anything but what it has to be, a StartTransaction by the id of its session.
 */
export async function sendCalls(gatewayUrl: string, messages: readonly SentMessage[]): Promise<void> {
  const ofChargePoint = new Map<string, SentMessage[]>();
  for (const message of messages) {
    const known = ofChargePoint.get(message.chargePointId);
    if (known === undefined) ofChargePoint.set(message.chargePointId, [message]);
    else known.push(message);
  }
  const queue = [...ofChargePoint];
  const sendOn = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      await sendAs(gatewayUrl, ...next);
  };
  await Promise.all(Array.from({ length: CONNECTED }, sendOn));
}

async function sendAs(
  gatewayUrl: string,
  chargePointId: string,
  messages: readonly SentMessage[],
): Promise<void> {
  const socket = new WebSocket(`${gatewayUrl}/ocpp/${encodeURIComponent(chargePointId)}`, 'ocpp1.6');
  try {
    await once(socket, 'open');
    for (const message of messages) {
      const answered = once(socket, 'message');
      socket.send(
        `[2,${JSON.stringify(message.id)},"${message.action ?? 'MeterValues'}",${message.payload}]`,
      );
      const [frame] = (await answered) as [Buffer];
      const text = frame.toString();
      const expected = `[3,${JSON.stringify(message.id)},`;
      if (!text.startsWith(expected))
        throw new Error(`${message.id} of ${chargePointId} was answered ${text}`);
      if (message.action === 'StartTransaction') expectId(message, text);
    }
  } finally {
    socket.terminate();
  }
}

function expectId(message: SentMessage, answer: string): void {
  const [, , { transactionId }] = JSON.parse(answer) as [number, string, { transactionId: number }];
  const begin = JSON.parse(message.payload) as Parameters<typeof allocatedId>[1];
  const expected = allocatedId(message.chargePointId, begin);
  if (String(transactionId) !== expected) {
    throw new Error(`${message.id} was answered with transaction ${transactionId} instead of ${expected}`);
  }
}
