import { Router, type NextFunction, type Request } from 'express';
import { refused, type Answer } from '../../controllers/answer.js';
import { problem } from '../../controllers/problem.js';
import { validateParams, validateQuery } from '../../routes/query/validate.js';
import type { Route } from '../../routes/route.js';
import type { ApiResponse } from './api-response.js';
import { sendProblem } from './send-problem.js';

const ALLOWED = 'GET, HEAD, OPTIONS';

/** Puts routes on a router: validated, answered, and with 405 for every method that they don't have. */
export function mountRoutes(routes: readonly Route[]): Router {
  const router = Router({ strict: true, caseSensitive: true });
  for (const route of routes) {
    router
      .route(route.path)
      .all((_request: Request, response: ApiResponse, next: NextFunction) => {
        response.locals.route = route.path;
        next();
      })
      .get((request: Request, response: ApiResponse) => answer(route, request, response))
      .options((_request: Request, response: ApiResponse) => {
        response.status(204).set('Allow', ALLOWED).end();
      })
      .all((request: Request, response: ApiResponse) => {
        const refusal = problem('method-not-allowed', `This route answers ${ALLOWED}.`, {
          headers: { Allow: ALLOWED },
        });
        sendProblem(request, response, refusal);
      });
  }
  return router;
}

/** Validate, ask the controller, answer. An error goes on to the error handler. */
async function answer(route: Route, request: Request, response: ApiResponse): Promise<void> {
  const result = await resultOf(route, request);
  if (result.kind === 'problem') {
    sendProblem(request, response, result.problem);
  } else {
    // Readings change at any moment; the ETag lets a client that polls save the body.
    response.status(result.status).set('Cache-Control', 'no-cache').json(result.body);
  }
}

async function resultOf(route: Route, request: Request): Promise<Answer> {
  const params = validateParams(request.params, route.params);
  if (!params.ok) return refused(params.problem);
  const query = validateQuery(request.originalUrl, route.query);
  if (!query.ok) return refused(query.problem);
  return route.answer({ params: params.value, query: query.value, body: null });
}
