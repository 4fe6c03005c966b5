import { z } from 'zod';
import { COMMAND_FAILURES, COMMAND_STATES } from '../../store/commands/command-state.js';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';

export const command = z
  .object({
    id: z.uuid().describe("Also OCPP's id of the message."),
    chargePointId: z.string().min(1).max(255),
    action: z.string(),
    state: z
      .enum(COMMAND_STATES)
      .describe(
        '`queued`: no gateway has sent it yet; `sent`: its answer is waited for; `answered`; `error`: the charge point answered by an error; `failed`: see `failure`; `timed_out`: sent, no answer in time; `expired`: never sent.',
      ),
    request: z.record(z.string(), z.unknown()).describe('Payload of the call.'),
    payload: z.unknown().describe("The charge point's answer; null where there is none."),
    error: z
      .object({ code: z.string(), description: z.string(), details: z.unknown() })
      .nullable()
      .describe("The charge point's CALLERROR."),
    failure: z
      .object({ reason: z.enum(COMMAND_FAILURES), detail: z.string() })
      .nullable()
      .describe(
        'Why it could not be sent, or (`connection_lost`, `answer_too_large`) why there is no answer though it was.',
      ),
    requestedAt: instant,
    expiresAt: instant.describe('It is not sent after that, and its answer not waited for.'),
    sentAt: instant.nullable(),
    endedAt: instant.nullable(),
    gatewayId: z.uuid().nullable().describe('The gateway process that took it.'),
  })
  .meta({
    id: 'Command',
    description: 'A call to a charge point.',
    examples: [
      {
        id: '5f3a7a52-9b7e-4c55-8c2e-5b6a1a0d9b01',
        chargePointId: 'CP-1',
        action: 'Reset',
        state: 'answered',
        request: { type: 'Soft' },
        payload: { status: 'Accepted' },
        error: null,
        failure: null,
        requestedAt: '2026-03-10T09:00:00.000Z',
        expiresAt: '2026-03-10T09:00:30.000Z',
        sentAt: '2026-03-10T09:00:00.012Z',
        endedAt: '2026-03-10T09:00:00.340Z',
        gatewayId: '0b9f8f0e-6d5c-4d0a-9f57-2f1f3f3a1c11',
      },
    ],
  });

export const commandPage = pageOf('CommandPage', command);
