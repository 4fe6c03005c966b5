import type { quarantineController } from '../controllers/quarantine.js';
import type { redriveController } from '../controllers/redrive.js';
import { emptyBody } from './body/empty-body.js';
import { redriveBody } from './body/redrive-body.js';
import { noParameters } from './query/no-parameters.js';
import { quarantinedPartParams, quarantineQuery, quarantineReasonsQuery } from './query/quarantine-query.js';
import { quarantinedPart, quarantinePage } from './response/quarantined-part.js';
import { reasonCounts } from './response/reason-count.js';
import { redriven, redrivenPart } from './response/redriven.js';
import { get, post, type Route } from './route.js';

export function quarantineRoutes(
  controller: ReturnType<typeof quarantineController>,
  redrive: ReturnType<typeof redriveController>,
): Route[] {
  return [
    get({
      path: '/v1/quarantine',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'What could not become a reading',
      description: 'Newest arrival first.',
      response: quarantinePage,
      examples: ['/v1/quarantine?limit=2'],
      query: quarantineQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
    get({
      path: '/v1/quarantine/reasons',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'How many quarantined parts there are of each reason',
      description: 'The most frequent reason first; always on one page.',
      response: reasonCounts,
      examples: ['/v1/quarantine/reasons'],
      query: quarantineReasonsQuery,
      answer: controller.reasons,
    }),
    post({
      path: '/v1/quarantine/redrive',
      scope: 'edits:write',
      audience: 'sites',
      summary: 'Send quarantined parts again',
      description:
        'Publishes the open parts that all given filters fit to the message log, the oldest first, and answers when the log has them; the worker then judges and settles them. At most 4 MiB a request: go on with `nextCursor`. To send a part twice does no harm.',
      response: redriven,
      status: 202,
      problems: ['log-unavailable'],
      examples: [
        { path: '/v1/quarantine/redrive', body: { reason: 'past_retention' } },
        { path: '/v1/quarantine/redrive', body: { chargePointId: 'CP-1', limit: 10 } },
      ],
      body: redriveBody,
      answer: redrive.many,
    }),
    get({
      path: '/v1/quarantine/:id',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'One quarantined part, with all of its raw text',
      response: quarantinedPart,
      examples: ['/v1/quarantine/1'],
      params: quarantinedPartParams,
      query: noParameters,
      answer: controller.show,
    }),
    post({
      path: '/v1/quarantine/:id/redrive',
      scope: 'edits:write',
      audience: 'sites',
      summary: 'Send a quarantined part again',
      description:
        'Publishes it to the message log and answers when the log has it; the worker then judges and settles it. A part that is resolved is not sent again.',
      response: redrivenPart,
      status: 202,
      otherAnswers: { 200: redrivenPart },
      problems: ['not-redrivable', 'log-unavailable'],
      examples: [{ path: '/v1/quarantine/1/redrive', body: {} }],
      params: quarantinedPartParams,
      body: emptyBody,
      answer: redrive.one,
    }),
  ];
}
