/** The sample workbook's rows: every charge point's messages in the order of sending, a few repeated, a few out of order. */
import { seededRandom, type Random } from '../helpers/seeded-random.js';
import { makeChargePoints } from './charge-point-profiles.js';
import { chargePointMessages, QUEUE_ENTRIES, type Message } from './meter-values-messages.js';

export const ROWS = 10_000;
const SEED = 20_260_310;
const QUEUE_MESSAGES = 100;
const REPEATED = 60;
const SWAPPED = 40;

export interface SampleRow {
  readonly charge_point_id: string;
  /** JSON text of an OCPP 1.6 MeterValues.req. */
  readonly payload: string;
}

/** The same 10,000 rows each time. */
export function sampleRows(): SampleRow[] {
  const random = seededRandom(SEED);
  const all = makeChargePoints(random).flatMap((profile) => chargePointMessages(random, profile));
  const kept = loseSome(random, limitQueues(all), ROWS - REPEATED);
  kept.sort((a, b) => a.sentAt - b.sentAt);
  const sent = swapSome(random, repeatSome(random, kept));
  return sent.map(({ chargePointId, payload }) => ({
    charge_point_id: chargePointId,
    payload: JSON.stringify(payload),
  }));
}

/** Keeps a hundred messages from offline queues; the others' entries are sent one by one, as if the network had held. */
function limitQueues(messages: readonly Message[]): Message[] {
  let queues = 0;
  return messages.flatMap((message) => {
    if (message.payload.meterValue.length < QUEUE_ENTRIES || ++queues <= QUEUE_MESSAGES) return [message];
    return message.payload.meterValue.map((entry) => ({
      ...message,
      sentAt: message.sentAt - 1,
      expendable: true,
      payload: { ...message.payload, meterValue: [entry] },
    }));
  });
}

/** Leaves out periodic samples, as lossy networks do, until `count` messages are left. */
function loseSome(random: Random, messages: readonly Message[], count: number): Message[] {
  const expendable = messages.flatMap((message, index) => (message.expendable ? [index] : []));
  const surplus = messages.length - count;
  if (surplus < 0 || surplus > expendable.length)
    throw new Error(`${messages.length} messages can't be cut to ${count}`);
  const lost = new Set<number>();
  while (lost.size < surplus) {
    const index = expendable[Math.floor(random() * expendable.length)];
    if (index !== undefined) lost.add(index);
  }
  return messages.filter((_, index) => !lost.has(index));
}

/** Sends some messages a second time, up to 300 rows later: the first answer was lost on the way. */
function repeatSome(random: Random, messages: readonly Message[]): Message[] {
  const result = [...messages];
  for (let done = 0; done < REPEATED; done++) {
    const from = Math.floor(random() * (result.length - 1));
    const message = result[from];
    if (message === undefined) continue;
    result.splice(Math.min(result.length, from + 1 + Math.floor(random() * 300)), 0, message);
  }
  return result;
}

/** Exchanges some messages with an earlier one of the same charge point. */
function swapSome(random: Random, messages: Message[]): Message[] {
  for (let done = 0; done < SWAPPED;) {
    const later = 500 + Math.floor(random() * (messages.length - 500));
    const one = messages[later];
    if (one === undefined) continue;
    const earlier = messages.findLastIndex(
      ({ chargePointId }, index) => index < later && chargePointId === one.chargePointId,
    );
    const other = messages[earlier];
    if (other === undefined) continue;
    messages[later] = other;
    messages[earlier] = one;
    done++;
  }
  return messages;
}
