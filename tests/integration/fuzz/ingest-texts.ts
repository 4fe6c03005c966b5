import { z } from 'zod';
import type { Dice } from './dice.js';
import { mutateBytes } from './mutate-bytes.js';
import { mutatedJson } from './mutate-json.js';
import type { OcppVersion } from './schema-samples.js';

const status = z.union([
  z.strictObject({ id: z.union([z.string(), z.number(), z.null()]), status: z.literal('accepted') }),
  z.strictObject({
    id: z.union([z.string(), z.number(), z.null()]),
    status: z.literal('rejected'),
    error: z.strictObject({ code: z.string(), message: z.string(), path: z.string() }),
  }),
]);
/** An empty array has no message to answer. */
const answer = z.union([status, z.array(status)]);

/** A frame to `/ingest` that is nearly right: a message, or an array of a few. */
export function ingestText(version: OcppVersion, chargePointId: string, index: number, dice: Dice): string {
  const message = (part: number): object => ({
    id: dice.chance(0.2) ? index * 10 + part : `m${index}-${part}`,
    chargePointId,
    payload: version.sample('MeterValues', dice),
  });
  const frame = dice.chance(0.5)
    ? message(0)
    : Array.from({ length: dice.below(4) }, (_, part) => message(part));
  const text = mutatedJson(frame, dice, dice.pick([0, 0, 1, 3]));
  return dice.chance(0.1) ? mutateBytes(Buffer.from(text), dice).toString('utf8') : text;
}

/** What is wrong with the answer to a frame, or null. `retry` is wrong as well: the log takes everything. */
export function ingestAnswerFault(text: string): string | null {
  const parsed = answer.safeParse(JSON.parse(text));
  return parsed.success ? null : z.prettifyError(parsed.error);
}
