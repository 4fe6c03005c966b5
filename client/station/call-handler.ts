import type { z } from 'zod';
import type { CallAnswer, DeviceControls } from './device-controls.js';

/** How one action of the server is answered. */
export type CallHandler = (payload: unknown, device: DeviceControls) => CallAnswer;

/** A request that its schema refuses is answered as one that can't be done. */
export function callHandler<Request>(
  schema: z.ZodType<Request>,
  refused: object,
  answer: (request: Request, device: DeviceControls) => CallAnswer,
): CallHandler {
  return (payload, device) => {
    const parsed = schema.safeParse(payload);
    return parsed.success ? answer(parsed.data, device) : { payload: refused };
  };
}
