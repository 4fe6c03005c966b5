import { Router, type NextFunction, type Request } from 'express';
import type { Answer } from '../../controllers/answer.js';
import { readCondition } from '../../controllers/entity-tag.js';
import { invalidParameters, problem, type Problem } from '../../controllers/problem.js';
import { exportQuery } from '../../routes/query/export-query.js';
import { validateBody, validateParams, validateQuery } from '../../routes/query/validate.js';
import type { Route, RouteRequest } from '../../routes/route.js';
import type { Access, Principal, Unknown } from '../access/access.js';
import type { RequestLimits } from '../limits/request-limits.js';
import type { ApiResponse } from './api-response.js';
import { admit } from './admit.js';
import { originOf } from './audit-request.js';
import type { ApiMetrics } from './metrics.js';
import { MEDIA_TYPES, negotiateFormat, offeredTypes, type Format } from './negotiate-format.js';
import { readJsonBody } from './read-json-body.js';
import { RowExports } from './row-exports.js';
import { sendProblem } from './send-problem.js';
import type { ExportLimits } from './stream-rows.js';
import { UploadDesk } from './upload-desk.js';

export interface MountOptions {
  readonly metrics: ApiMetrics;
  readonly exportLimits: ExportLimits;
  readonly access: Access;
  /** null: anybody may ask as often as they like. */
  readonly limits: RequestLimits | null;
}

/** Puts routes on a router: validated, answered, and with 405 for every method that a path doesn't have. */
export function mountRoutes(routes: readonly Route[], options: MountOptions): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const exports = new RowExports(options.metrics, options.exportLimits);
  const uploads = new UploadDesk();
  for (const [path, onPath] of byPath(routes)) {
    const allowed = allowedMethods(onPath);
    const elsewhere = methodsElsewhere(path, routes);
    const mounted = router.route(path).all((_request: Request, response: ApiResponse, next: NextFunction) => {
      response.locals.route = path;
      next();
    });
    for (const route of onPath) {
      const { access, limits } = options;
      const mount = { route, exportQuery: exportQuery(route.query), exports, uploads, access, limits };
      mounted[route.method]((request: Request, response: ApiResponse) => answer(mount, request, response));
    }
    mounted
      .options((_request: Request, response: ApiResponse) => {
        response.status(204).set('Allow', allowed).end();
      })
      .all((request: Request, response: ApiResponse, next: NextFunction) => {
        if (elsewhere.has(request.method)) {
          next();
          return;
        }
        const refusal = problem('method-not-allowed', `This route answers ${allowed}.`, {
          headers: { Allow: allowed },
        });
        sendProblem(request, response, refusal);
      });
  }
  return router;
}

function byPath(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  const paths = new Map<string, Route[]>();
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  return paths;
}

/** Methods of paths with parameters that are meant by a path without them too: a charge point may have the id `import`. */
function methodsElsewhere(path: string, routes: readonly Route[]): ReadonlySet<string> {
  const words = path.split('/');
  const isMeant = (route: Route): boolean => {
    const names = route.path.split('/');
    if (route.path === path || names.length !== words.length) return false;
    if (!names.every((name, at) => name.startsWith(':') || name === words[at])) return false;
    const params = names.flatMap((name, at) => (name.startsWith(':') ? [[name.slice(1), words[at]]] : []));
    return validateParams(Object.fromEntries(params) as Record<string, unknown>, route.params).ok;
  };
  const methods = routes.filter(isMeant).map(({ method }) => method.toUpperCase());
  return new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])));
}

function allowedMethods(routes: readonly Route[]): string {
  const methods = routes.flatMap(({ method }) =>
    method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
  );
  return [...methods, 'OPTIONS'].join(', ');
}

interface MountedRoute {
  readonly route: Route;
  /** Of its query, where the answer is CSV or NDJSON. */
  readonly exportQuery: Route['query'];
  readonly exports: RowExports;
  readonly uploads: UploadDesk;
  readonly access: Access;
  readonly limits: RequestLimits | null;
}

/** Identify, negotiate, validate, ask the controller, answer. An error goes on to the error handler. */
async function answer(mounted: MountedRoute, request: Request, response: ApiResponse): Promise<void> {
  const { route, exports, uploads } = mounted;
  const { locals } = response;
  const knock = {
    headers: request.headers,
    remoteAddress: locals.address ?? '',
    onUnknown: (unknown: Unknown) => (locals.unknown = unknown),
  };
  const admitted = await admit(mounted.access, route, knock, mounted.limits);
  if (admitted.principal !== null) locals.principal = admitted.principal;
  if (!admitted.ok) {
    sendProblem(request, response, admitted.problem);
    return;
  }
  const isList = route.stream !== null;
  if (isList) response.vary('Accept');
  const format = negotiateFormat(request, isList);
  if (format === undefined) {
    sendProblem(request, response, problem('not-acceptable', `This route answers ${offeredTypes(isList)}.`));
    return;
  }
  const asked = await validate(mounted, format, request, admitted.principal, response);
  if (!asked.ok) sendProblem(request, response, asked.problem);
  else if (route.upload !== null) {
    await uploads.with(route.upload, request, async (received) => {
      if (!received.ok) sendProblem(request, response, received.problem);
      else sendAnswer(await route.answer({ ...asked.value, body: received.file }), request, response);
    });
  } else if (format === 'json' || route.stream === null) {
    sendAnswer(await route.answer(asked.value), request, response);
  } else {
    await exports.answer(route.stream(asked.value), format, request, response);
  }
}

function sendAnswer(result: Answer, request: Request, response: ApiResponse): void {
  if (result.kind === 'problem') {
    sendProblem(request, response, result.problem);
  } else if (result.kind === 'unchanged') {
    response.status(304).set({ ETag: result.etag, 'Cache-Control': 'no-cache' }).end();
  } else {
    // Readings change at any moment; the ETag lets a client that polls save the body. To Express `no-cache` is a reload that
    // wants the body in any case; yet `fetch` sends it along with every If-None-Match that its caller sets.
    delete request.headers['cache-control'];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    response.set('Cache-Control', isRead ? 'no-cache' : 'no-store');
    if (result.kind === 'done') response.status(204).end();
    else if (result.kind === 'body') response.status(result.status).set(result.headers).json(result.body);
    else response.set({ ETag: result.etag, 'Content-Type': MEDIA_TYPES.json }).send(result.text);
  }
}

type Validated =
  { readonly ok: true; readonly value: RouteRequest } | { readonly ok: false; readonly problem: Problem };

async function validate(
  { route, exportQuery }: MountedRoute,
  format: Format,
  request: Request,
  principal: Principal,
  response: ApiResponse,
): Promise<Validated> {
  const params = validateParams(request.params, route.params);
  if (!params.ok) return params;
  const query = validateQuery(request.originalUrl, format === 'json' ? route.query : exportQuery);
  if (!query.ok) return query;
  const ifMatch = request.get('If-Match');
  const condition = route.isConditional && ifMatch !== undefined ? readCondition(ifMatch) : undefined;
  if (condition === 'malformed') {
    const message = 'expected the ETag of the version that the change is meant for, such as "3", or *';
    return { ok: false, problem: invalidParameters([{ parameter: 'If-Match', message }]) };
  }
  const asked = {
    principal,
    origin: originOf(response),
    params: params.value,
    query: query.value,
    body: null,
    ifNoneMatch: request.get('If-None-Match'),
    condition,
  };
  if (route.body === null) return { ok: true, value: asked };
  const json = await readJsonBody(request);
  if (!json.ok) return json;
  const body = validateBody(json.value, route.body);
  return body.ok ? { ok: true, value: { ...asked, body: body.value } } : body;
}
