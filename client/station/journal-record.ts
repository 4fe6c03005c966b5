/**
 * A line of a journal: a CRC-32 in hexadecimal, a blank, a JSON array, a line end. What was torn off by a crash has no line
 * end, or another CRC.
 *
 *     ["h", 1, owner]                                     first line: whose journal this is
 *     ["m", chargePointId, number, action, payload, role, connectorId, session, step]
 *     ["a", chargePointId, number]                        settled: acknowledged, rejected or shed
 *     ["s", chargePointId, session, transactionId | null] the server named a session; null: it is over
 *     ["l", chargePointId, number, [[connectorId, step], ...]]    the last number, and how far each connector's script is
 *     ["t", ms]                                           the device's time
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';

/** What a message is for its session. */
export const MESSAGE_ROLES = ['start', 'begin', 'sample', 'stop'] as const;
export type MessageRole = (typeof MESSAGE_ROLES)[number];

/** A message as a journal keeps it. */
export interface StoredMessage {
  readonly action: string;
  /** JSON text of an object, without the id that the server gives a session. */
  readonly body: string;
  readonly role: MessageRole;
  readonly connectorId: number;
  /** Number of the session at this charge point; 0 without one. */
  readonly session: number;
  /** Step of the connector's script that it comes from; 0 for none. */
  readonly step: number;
}

export type JournalRecord =
  | { readonly kind: 'owner'; readonly owner: string }
  | {
      readonly kind: 'added';
      readonly chargePointId: string;
      readonly number: number;
      readonly message: StoredMessage;
    }
  | { readonly kind: 'settled'; readonly chargePointId: string; readonly number: number }
  | {
      readonly kind: 'session';
      readonly chargePointId: string;
      readonly session: number;
      readonly transactionId: number | null;
    }
  | {
      readonly kind: 'progress';
      readonly chargePointId: string;
      readonly number: number;
      readonly steps: readonly (readonly [connectorId: number, step: number])[];
    }
  | { readonly kind: 'time'; readonly ms: number };

const VERSION = 1;
const whole = z.int().nonnegative();
/** As it is: a record of zod's would lose a field that is named `__proto__`. */
const payload = z.custom<object>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
const recordSchema = z.union([
  z
    .tuple([z.literal('m'), z.string(), whole, z.string(), payload])
    .rest(z.unknown())
    .transform((fields, context): JournalRecord => {
      const rest = z.tuple([z.enum(MESSAGE_ROLES), whole, whole, whole]).safeParse(fields.slice(5));
      if (!rest.success) {
        context.addIssue({ code: 'custom', message: 'no message' });
        return z.NEVER;
      }
      const [, chargePointId, number, action, body] = fields;
      const [role, connectorId, session, step] = rest.data;
      const message = { action, body: JSON.stringify(body), role, connectorId, session, step };
      return { kind: 'added', chargePointId, number, message };
    }),
  z
    .tuple([z.literal('a'), z.string(), whole])
    .transform(([, chargePointId, number]): JournalRecord => ({ kind: 'settled', chargePointId, number })),
  z
    .tuple([z.literal('s'), z.string(), whole, whole.nullable()])
    .transform(([, chargePointId, session, transactionId]): JournalRecord => ({
      ...{ kind: 'session', chargePointId, session, transactionId },
    })),
  z
    .tuple([z.literal('l'), z.string(), whole, z.array(z.tuple([whole, whole]))])
    .transform(([, chargePointId, number, steps]): JournalRecord => ({
      ...{ kind: 'progress', chargePointId, number, steps },
    })),
  z.tuple([z.literal('t'), z.number()]).transform(([, ms]): JournalRecord => ({ kind: 'time', ms })),
  z
    .tuple([z.literal('h'), z.literal(VERSION), z.string()])
    .transform(([, , owner]): JournalRecord => ({ kind: 'owner', owner })),
]);

/** With its line end. */
export function journalLine(record: JournalRecord): string {
  const json = jsonOf(record);
  return `${crcOf(json)} ${json}\n`;
}

/** null for what is torn or damaged. `line` has no line end. */
export function readJournalLine(line: string): JournalRecord | null {
  const json = line.slice(9);
  if (line[8] !== ' ' || crcOf(json) !== line.slice(0, 8)) return null;
  return recordSchema.safeParse(JSON.parse(json)).data ?? null;
}

function jsonOf(record: JournalRecord): string {
  switch (record.kind) {
    case 'owner':
      return JSON.stringify(['h', VERSION, record.owner]);
    case 'added': {
      const { chargePointId, number, message } = record;
      const { action, body, role, connectorId, session, step } = message;
      const id = JSON.stringify(chargePointId);
      return `["m",${id},${number},${JSON.stringify(action)},${body},"${role}",${connectorId},${session},${step}]`;
    }
    case 'settled':
      return `["a",${JSON.stringify(record.chargePointId)},${record.number}]`;
    case 'session':
      return JSON.stringify(['s', record.chargePointId, record.session, record.transactionId]);
    case 'progress':
      return JSON.stringify(['l', record.chargePointId, record.number, record.steps]);
    case 'time':
      return JSON.stringify(['t', record.ms]);
  }
}

function crcOf(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
