import { z } from 'zod';

const seconds = z.number().positive();

/** What a flow in a scenario's YAML may say: one key a step. */
const stepSchema = z.union([
  z.strictObject({ connect: z.strictObject({ protocol: z.enum(['ocpp1.6', 'json']) }) }),
  z.strictObject({ boot: z.strictObject({}) }),
  /** `every` seconds, unless the command line says it; `until`: the share of the hold that has passed then. */
  z.strictObject({
    readings: z.strictObject({ until: z.number().min(0).max(1).default(1), every: seconds.optional() }),
  }),
  z.strictObject({ drop: z.strictObject({ within: seconds }) }),
  /** Of so many charge points, or of all. */
  z.strictObject({
    subscribe: z.strictObject({
      chargePoints: z.union([z.number().int().min(1).max(1_000), z.literal('all')]),
      slow: z.boolean().default(false),
    }),
  }),
  z.strictObject({ stay: z.strictObject({}) }),
  z.strictObject({ stall: z.strictObject({ every: z.union([seconds, z.literal('never')]) }) }),
  z.strictObject({
    query: z.strictObject({ paths: z.array(z.string().startsWith('/')).min(1), every: seconds }),
  }),
]);
export type Step = z.output<typeof stepSchema>;

/** Throws with the place of what isn't understood. */
export function parseSteps(scenario: string, flow: unknown): readonly Step[] {
  const parsed = z.array(stepSchema).min(1).safeParse(flow);
  if (!parsed.success)
    throw new Error(
      `the flow of '${scenario}' has a step that the engine doesn't know:\n${z.prettifyError(parsed.error)}`,
    );
  return parsed.data;
}
