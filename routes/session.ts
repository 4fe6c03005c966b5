import type { sessionController } from '../controllers/session.js';
import { emptyBody } from './body/empty-body.js';
import { noParameters } from './query/no-parameters.js';
import { session, ticket } from './response/session.js';
import { get, post, type Route } from './route.js';

/** Of what is given out. */
export const TICKETS_PATH = '/v1/tickets';

export function sessionRoutes(controller: ReturnType<typeof sessionController>): Route[] {
  return [
    get({
      path: '/v1/session',
      scope: 'identified',
      audience: 'sites',
      summary: 'Who asks, and what they may do',
      response: session,
      examples: ['/v1/session'],
      query: noParameters,
      answer: controller.show,
    }),
    post({
      path: TICKETS_PATH,
      scope: 'identified',
      audience: 'sites',
      summary: 'A ticket for a WebSocket',
      description:
        'Opens one connection to `/live` or `/ingest`, within 30 seconds, as who asked for it: as the subprotocol `bearer.BASE64URL`, or behind the address as `?ticket=`. Keys and tokens never stand in an address.',
      response: ticket,
      status: 201,
      examples: [{ path: TICKETS_PATH, body: {} }],
      body: emptyBody,
      answer: controller.issueTicket,
    }),
  ];
}
