import { expect, it } from 'vitest';
import { documentedRoutes } from '../api/documented-routes.js';
import { FRAME_SCOPES } from '../live/frame-scopes.js';
import { clientMessage } from '../../protocol/live/client-message.js';

/** By hand, and not from the routes: what each of them takes. A new route is a line here. */
const ROUTES = `
  get    /chargers/all                             readings:read   sites
  get    /chargers/record                          readings:read   sites
  get    /health                                   -               -
  get    /v1/aggregates                            readings:read   sites
  get    /v1/changes                               readings:read   sites
  get    /v1/charge-points                         readings:read   sites
  post   /v1/charge-points                         registry:write  sites
  get    /v1/charge-points/:id                     readings:read   sites
  put    /v1/charge-points/:id                     registry:write  sites
  patch  /v1/charge-points/:id                     registry:write  sites
  delete /v1/charge-points/:id                     registry:write  sites
  get    /v1/charge-points/:id/commands            readings:read   sites
  post   /v1/charge-points/:id/commands            commands:send   sites
  get    /v1/charge-points/:id/commands/:commandId readings:read   sites
  get    /v1/charge-points/:id/completeness        readings:read   sites
  get    /v1/charge-points/:id/connection          readings:read   sites
  get    /v1/charge-points/:id/latest              readings:read   sites
  post   /v1/charge-points/import                  registry:write  sites
  get    /v1/completeness                          readings:read   sites
  get    /v1/conflicts                             readings:read   sites
  get    /v1/conflicts/counts                      readings:read   sites
  get    /v1/connections                           readings:read   sites
  get    /v1/connections/summary                   readings:read   sites
  get    /v1/edits                                 readings:read   sites
  post   /v1/edits                                 edits:write     sites
  get    /v1/edits/:id                             readings:read   sites
  post   /v1/edits/:id/undo                        edits:write     sites
  get    /v1/energy                                readings:read   sites
  get    /v1/findings                              readings:read   sites
  get    /v1/findings/counts                       readings:read   sites
  get    /v1/estimates                             readings:read   sites
  get    /v1/fleet                                 readings:read   all
  get    /v1/quarantine                            readings:read   sites
  get    /v1/quarantine/:id                        readings:read   sites
  post   /v1/quarantine/:id/redrive                edits:write     sites
  get    /v1/quarantine/reasons                    readings:read   sites
  post   /v1/quarantine/redrive                    edits:write     sites
  get    /v1/readings                              readings:read   sites
  get    /v1/session                               identified      sites
  get    /v1/signed-values                         readings:read   sites
  get    /v1/stats                                 readings:read   all
  post   /v1/tickets                               identified      sites
  get    /v1/transactions                          readings:read   sites
`;

const words = (line: string): string => line.trim().split(/\s+/).join(' ');

it('has a rule for each route', () => {
  const expected = ROUTES.trim().split('\n').map(words);
  const routes = documentedRoutes().map(({ method, path, scope, audience }) =>
    words(`${method} ${path} ${scope ?? '-'} ${scope === null ? '-' : audience}`),
  );
  expect(routes.sort()).toEqual(expected.sort());
});

it('has a rule for each message of the live feed', () => {
  const types = clientMessage.options.map(({ shape }) => shape.type.value);
  expect(FRAME_SCOPES).toEqual({
    SUBSCRIBE: 'readings:read',
    UNSUBSCRIBE: 'readings:read',
    RENEW: 'readings:read',
  });
  expect(Object.keys(FRAME_SCOPES).sort()).toEqual([...types].sort());
});
