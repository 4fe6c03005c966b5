import type { commandsController } from '../controllers/commands.js';
import { commandBody } from './body/command-body.js';
import { chargePointParams } from './query/charge-points-query.js';
import { commandParams, commandsQuery } from './query/commands-query.js';
import { noParameters } from './query/no-parameters.js';
import { command, commandPage } from './response/command.js';
import { get, post, type Route } from './route.js';

export function commandsRoutes(controller: ReturnType<typeof commandsController>): Route[] {
  return [
    post({
      path: '/v1/charge-points/:id/commands',
      scope: 'commands:send',
      audience: 'sites',
      summary: 'Call a charge point, and wait for its answer',
      description:
        'Sends an OCPP call to a connected charge point, wherever it is connected, and answers with what it says: `state` is `answered`, or `error` where it answers by a CALLERROR. A call is sent once at most, and never after `timeoutMs`; calls to one charge point go out one after the other.',
      response: command,
      problems: ['not-connected', 'command-refused', 'answer-too-large', 'too-many-commands', 'no-answer'],
      examples: [
        {
          path: '/v1/charge-points/CP-1/commands',
          body: { action: 'Reset', payload: { type: 'Soft' } },
        },
        {
          path: '/v1/charge-points/CP-1/commands',
          body: { action: 'TriggerMessage', payload: { requestedMessage: 'Heartbeat' }, timeoutMs: 10_000 },
        },
      ],
      params: chargePointParams,
      body: commandBody,
      answer: controller.send,
    }),
    get({
      path: '/v1/charge-points/:id/commands',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'Commands to a charge point',
      description: 'The newest first.',
      response: commandPage,
      examples: ['/v1/charge-points/CP-1/commands?limit=3'],
      params: chargePointParams,
      query: commandsQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
    get({
      path: '/v1/charge-points/:id/commands/:commandId',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'One command to a charge point',
      response: command,
      examples: ['/v1/charge-points/CP-1/commands/5f3a7a52-9b7e-4c55-8c2e-5b6a1a0d9b01'],
      params: commandParams,
      query: noParameters,
      answer: controller.show,
    }),
  ];
}
