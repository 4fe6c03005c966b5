import { z } from 'zod';
import { nameText } from '../query/parameters.js';

const MIN_TIMEOUT_MS = 1_000;
const MAX_TIMEOUT_MS = 120_000;
const DEFAULT_TIMEOUT_MS = 30_000;
const TIMEOUT_MESSAGE = `expected a whole number from ${MIN_TIMEOUT_MS} to ${MAX_TIMEOUT_MS}`;
const MAX_DEPTH = 30;

export const commandBody = z.object({
  action: nameText.describe("OCPP's name of the call, such as `Reset` or `TriggerMessage`."),
  payload: z
    .record(z.string(), z.unknown(), { error: 'expected an object' })
    .refine((payload) => isAtMost(payload, MAX_DEPTH), {
      error: `expected at most ${MAX_DEPTH} levels of objects and lists`,
    })
    .optional()
    .default({})
    .describe('Of the call, as the version of OCPP that the charge point speaks demands.'),
  timeoutMs: z
    .int({ error: TIMEOUT_MESSAGE })
    .min(MIN_TIMEOUT_MS, { error: TIMEOUT_MESSAGE })
    .max(MAX_TIMEOUT_MS, { error: TIMEOUT_MESSAGE })
    .optional()
    .default(DEFAULT_TIMEOUT_MS)
    .describe('How long the answer is waited for; what was not sent by then never is.'),
});
export type CommandBody = z.output<typeof commandBody>;

function isAtMost(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isAtMost(inner, levels - 1));
}
