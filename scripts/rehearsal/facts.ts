import { z } from 'zod';

const text = z.string().transform((each): unknown => JSON.parse(each));
const count = z.coerce.number().int().nonnegative();
const at = z.iso.datetime();

/** What `kubernetes/rehearse.sh` notes while it goes: a line of JSON each. */
const fact = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('environment'),
    at,
    /** `v1.34.1` */
    kubernetes: z.string(),
    /** A line a node: CPUs, memory, runtime. */
    nodes: z.string(),
    revision: z.string(),
    chargePoints: count,
    rate: count,
    /** Steps that were not asked for. */
    left: z.string().default(''),
  }),
  z.object({ kind: z.literal('image'), at, bytes: count, max: count }),
  z.object({ kind: z.literal('begin'), at, step: z.string() }),
  z.object({ kind: z.literal('end'), at, detail: z.string() }),
  z.object({ kind: z.literal('sample'), at, log: z.string(), images: z.string() }),
  z.object({
    kind: z.literal('load'),
    at,
    summary: text.pipe(
      z.object({
        acknowledged: count,
        connectionsLost: count,
        ackMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
      }),
    ),
    asked: count,
    unanswered: count,
  }),
  z.object({
    kind: z.literal('ledger'),
    at,
    comparison: text.pipe(
      z.object({ acknowledged: count, stored: count, lost: count, doubled: count, unacknowledged: count }),
    ),
  }),
  z.object({ kind: z.literal('block'), at, page: z.string(), command: z.string(), digest: z.string() }),
  /** A pod was deleted, and its successor ready after so long. */
  z.object({ kind: z.literal('recovered'), at, name: z.string(), seconds: z.coerce.number() }),
  z.object({ kind: z.literal('backup'), at, seconds: z.coerce.number(), bytes: count }),
  z.object({
    kind: z.literal('restore'),
    at,
    /** Of the files; until the server answered; until what the backup did not have was stored again. */
    copySeconds: z.coerce.number(),
    serverSeconds: z.coerce.number(),
    againSeconds: z.coerce.number(),
    /** That were acknowledged after the backup. */
    readings: count,
  }),
  z.object({ kind: z.literal('policies'), at, enforced: z.enum(['yes', 'no']) }),
  z.object({ kind: z.literal('passed'), at }),
]);

export type Fact = z.output<typeof fact>;
export type FactOf<Kind extends Fact['kind']> = Extract<Fact, { kind: Kind }>;

/** Of a file of facts. Throws for a line that is none. */
export function parseFacts(text: string): Fact[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => fact.parse(JSON.parse(line)));
}
