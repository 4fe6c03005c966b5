import { z } from 'zod';
import { isChargePointId } from '../../protocol/identifier.js';
import { parseDuration } from '../charge-point/language/duration.js';
import { credentialFilesShape, ownCertificatesShape } from '../transport/credential-files.js';
import { gatewayUrlSchema } from '../wire/gateway-url.js';

export const SIMULATED_PROTOCOLS = ['ocpp1.6', 'ocpp2.0.1', 'json', 'mixed'] as const;

const DAY_MS = 86_400_000;

const duration = (lowMs: number, highMs: number, expected: string) =>
  z
    .string()
    .transform((text) => parseDuration(/^\d+$/.test(text) ? `${text}s` : text) ?? NaN)
    .refine((ms) => ms >= lowMs && ms <= highMs, expected);

const number = (low: number, high: number, expected = `a number from ${low} to ${high}`) =>
  z.coerce.number(expected).min(low, expected).max(high, expected);

const wholeNumber = (low: number, high: number) =>
  number(low, high, `a whole number from ${low} to ${high}`).int(`a whole number from ${low} to ${high}`);

const share = () => number(0, 1, 'a share from 0 to 1, such as 0.05').default(0);

const expectedSpeed = 'a factor from 1 to 100000, such as 60x';
const speedSchema = z
  .string()
  .transform((text) => Number(text.replace(/x$/, '')))
  .refine((factor) => factor >= 1 && factor <= 100_000, expectedSpeed);

/** ms since 1970 UTC. */
const instantSchema = z
  .union([z.literal('now'), z.iso.datetime({ offset: true }), z.iso.date()], 'now, or a time in ISO 8601')
  .transform((text) => (text === 'now' ? Date.now() : Date.parse(text)));

/** As a command line gives them: text, or nothing. */
export const simulateOptionsSchema = z
  .strictObject({
    /** The gateway. Without a path: `/ocpp` or `/ingest`, as the protocol has it. */
    url: gatewayUrlSchema.default(new URL('ws://127.0.0.1:3000')),
    chargePoints: wholeNumber(1, 200_000).default(100),
    /** Of each charge point. */
    connectors: wholeNumber(1, 8).default(1),
    /** Ids are this and a number. */
    prefix: z.string().min(1).max(200).refine(isChargePointId, 'a beginning of an id').default('SIM-'),
    /** Number of the first charge point. */
    first: wholeNumber(0, 100_000_000).default(1),
    protocol: z.enum(SIMULATED_PROTOCOLS, `one of ${SIMULATED_PROTOCOLS.join(', ')}`).default('ocpp1.6'),
    /** Of real time, ms. */
    duration: duration(100, 30 * DAY_MS, 'a time from 100ms to 30d').default(60_000),
    /** Simulated time, ms, between the samples of a session. */
    interval: duration(100, DAY_MS, 'a time from 100ms to 1d').default(60_000),
    /** Simulated time, ms, between the samples of a connector without a session. */
    idleInterval: duration(100, DAY_MS, 'a time from 100ms to 1d').default(900_000),
    /** Messages a second (real time) in all, instead of intervals. */
    rate: number(0.01, 1_000_000).optional(),
    /** Simulated seconds in a real one. */
    speed: speedSchema.default(1),
    /** When simulated time begins, ms since 1970 UTC. Default: as the outbox says, or yesterday at seven. */
    begin: instantSchema.optional(),
    /** The same, unless the outbox says another. */
    defaultBegin: instantSchema.optional(),
    seed: wholeNumber(0, 2 ** 32 - 1).default(1),
    /** Connections opened a second at the beginning. */
    ramp: number(0.1, 100_000).default(500),
    /** Of the messages, those after which the connection breaks before the answer. */
    dropRate: share(),
    /** Of the charge points, those on a bad network. */
    flaky: share(),
    /** Clocks are wrong by up to this, ms, and go wrong by as much in a day. */
    clockDrift: duration(0, DAY_MS, 'a time up to 1d').default(0),
    /** Of the acknowledged messages, those that are sent once more. */
    duplicates: share(),
    /** Of the samples, those that later messages overtake. */
    reorder: share(),
    /** Of the charge points, those that are away for long and then send all at once. */
    lateBursts: share(),
    /** Directory in which what isn't acknowledged outlasts the process. */
    outbox: z.string().min(1).optional(),
    /** Of one charge point's outbox, bytes. */
    outboxBytes: wholeNumber(1_000, 1_000_000_000).default(262_144),
    /** File for acknowledged readings. */
    ledger: z.string().min(1).optional(),
    /** An answer may take so long, ms. */
    timeout: duration(100, 3_600_000, 'a time from 100ms to 1h').default(30_000),
    /** What isn't acknowledged at the end is waited for so long, ms. */
    grace: duration(0, DAY_MS, 'a time up to 1d').default(60_000),
    /** Addresses of this machine to connect from, in turn. */
    localAddresses: z
      .string()
      .transform((text) => text.split(',').map((address) => address.trim()))
      .pipe(z.array(z.union([z.ipv4(), z.ipv6()], 'addresses like 127.0.0.2,127.0.0.3')).min(1))
      .optional(),
    ...credentialFilesShape,
    ...ownCertificatesShape,
    processes: wholeNumber(1, 64).default(1),
    /** Which part of the fleet this process is: `0/2`. */
    part: z
      .string()
      .regex(/^\d+\/\d+$/)
      .transform((text) => text.split('/').map(Number) as [number, number])
      .default([0, 1]),
    json: z.boolean().default(false),
  })
  .refine(({ flaky, lateBursts }) => flaky + lateBursts <= 1, {
    path: ['lateBursts'],
    message: 'such that it and --flaky are 1 together at most',
  });

export type SimulateOptions = z.output<typeof simulateOptionsSchema>;
