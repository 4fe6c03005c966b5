import type { editsController } from '../controllers/edits.js';
import { editBody, undoBody } from './body/edit-body.js';
import { editParams, editsQuery } from './query/edits-query.js';
import { noParameters } from './query/no-parameters.js';
import { edit, editPage } from './response/edit.js';
import { get, post, type Route } from './route.js';

export function editsRoutes(controller: ReturnType<typeof editsController>): Route[] {
  return [
    get({
      path: '/v1/edits',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'What operators decided about readings',
      description: 'Those made last first, undone ones among them.',
      response: editPage,
      examples: ['/v1/edits?limit=2', '/v1/edits?chargePointId=CP-1&state=holding'],
      query: editsQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
    post({
      path: '/v1/edits',
      scope: 'edits:write',
      audience: 'sites',
      summary: 'Decide about readings',
      description:
        'Confirms, excludes, replaces or inserts, by a finding or by a series and a time; aggregates and energy follow within seconds. Readings themselves stay as they came, and an edit can be undone. An edit that is sent again is made once: the second answer is a 200 with the first one.',
      response: edit,
      status: 201,
      otherAnswers: { 200: edit },
      problems: ['edit-refused'],
      examples: [
        {
          path: '/v1/edits',
          body: {
            action: 'replace',
            chargePointId: 'CP-1',
            connectorId: 1,
            from: '2026-03-10T06:00:00Z',
            value: 1_250_400,
            reason: 'Misread: the photograph of the display says 1250.4 kWh',
          },
        },
        {
          path: '/v1/edits',
          body: {
            action: 'exclude',
            chargePointId: 'CP-1',
            connectorId: 1,
            from: '2026-03-10T06:00:00Z',
            to: '2026-03-10T06:30:00Z',
            reason: 'The meter was being replaced',
          },
        },
      ],
      body: editBody,
      answer: controller.make,
    }),
    get({
      path: '/v1/edits/:id',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'One edit',
      response: edit,
      examples: ['/v1/edits/1'],
      params: editParams,
      query: noParameters,
      answer: controller.show,
    }),
    post({
      path: '/v1/edits/:id/undo',
      scope: 'edits:write',
      audience: 'sites',
      summary: 'Undo an edit',
      description:
        'Aggregates become what they were without it, to the bit. An edit that was undone before stays as it is.',
      response: edit,
      examples: [{ path: '/v1/edits/1/undo', body: { reason: 'It was another charge point' } }],
      params: editParams,
      body: undoBody,
      answer: controller.undo,
    }),
  ];
}
