import { resolve } from 'node:path';
import { z } from 'zod';
import {
  credentialFilesShape,
  ownCertificatesRule,
  ownCertificatesShape,
} from '../transport/credential-files.js';
import { gatewayUrlSchema } from '../wire/gateway-url.js';
import type { Speed } from './pacer.js';
import { SPOKEN_PROTOCOLS } from '../wire/spoken-protocols.js';

const speedSchema = z
  .union([z.string(), z.number()])
  .transform((text): Speed | null => {
    if (text === 'max') return 'max';
    if (text === 'realtime') return 1;
    const factor = Number(String(text).replace(/x$/, ''));
    return factor > 0 && factor <= 1_000_000 ? factor : null;
  })
  .refine((speed) => speed !== null, 'max, realtime, or a factor like 60x');

const wholeNumber = (low: number, high: number) => {
  const expected = `a whole number from ${low} to ${high}`;
  return z.coerce.number(expected).int(expected).min(low, expected).max(high, expected);
};

/** What a replay is told, with defaults. Numbers may come as text, from a command line. */
export const replayOptionsSchema = z
  .strictObject({
    /** .xlsx or .csv with the columns charge_point_id and payload. */
    file: z.string().min(1),
    /** The gateway. Without a path: `/ingest` or `/ocpp`, as the protocol has it. */
    url: gatewayUrlSchema.default(new URL('ws://127.0.0.1:3000')),
    protocol: z.enum(SPOKEN_PROTOCOLS).default('json'),
    /** `max`, `realtime` by the readings' timestamps, or a multiple of it: `60x`. */
    speed: speedSchema.default('max'),
    /** Sockets shared by the charge points (json); with ocpp1.6 each charge point has its own. */
    connections: wholeNumber(1, 1_000).default(8),
    /** Unanswered messages on a socket at most (json); with ocpp1.6 it is one. */
    window: wholeNumber(1, 10_000).default(256),
    /** File in which settled rows are kept, to go on after an interruption. */
    resume: z.string().min(1).optional(),
    /** File for what became of each row: .csv, or one JSON object a line. */
    ledger: z.string().min(1).optional(),
    ...credentialFilesShape,
    ...ownCertificatesShape,
    /** Sheets of a .xlsx file to send. Default: every one that has the columns. */
    sheet: z.array(z.string()).min(1).optional(),
    /** Seed of a random order, which only `max` speed allows. */
    shuffle: wholeNumber(0, 2 ** 32 - 1).optional(),
    /** Seconds without an acknowledgement, while some are due, after which the replay ends. */
    giveUpAfter: wholeNumber(1, 86_400).default(300),
    /** Seconds in which the first connection must succeed. */
    connectWithin: wholeNumber(1, 3_600).default(10),
    /** Seconds of silence, while answers are due, after which a socket is replaced. */
    answerWithin: wholeNumber(1, 3_600).default(30),
  })
  .refine(({ shuffle, speed }) => shuffle === undefined || speed === 'max', {
    path: ['shuffle'],
    message: 'a speed of max: a random order has no pace',
  })
  .refine(ownCertificatesRule.holds, ownCertificatesRule.problem)
  .refine(({ file, ledger, resume }) => ledger === undefined || !isOneOf(ledger, [file, resume]), {
    path: ['ledger'],
    message: 'a file of its own: what stood in it is written over',
  });

function isOneOf(file: string, others: readonly (string | undefined)[]): boolean {
  return others.some((other) => other !== undefined && resolve(other) === resolve(file));
}

/** As given by a caller; {@link replayOptionsSchema} says what each means. */
export type ReplayOptions = z.input<typeof replayOptionsSchema>;
export type ParsedReplayOptions = z.output<typeof replayOptionsSchema>;
