import compression from 'compression';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import { problem } from '../../controllers/problem.js';
import type { Route } from '../../routes/route.js';
import type { Access } from '../access/access.js';
import type { Auditor } from '../audit/auditor.js';
import type { RequestLimits } from '../limits/request-limits.js';
import { tooMany } from './admit.js';
import type { ApiResponse } from './api-response.js';
import { crossOrigin } from './cross-origin.js';
import { mountDashboard, type DashboardParts } from './dashboard-host/mount-dashboard.js';
import { mountDocumentation } from './documentation/mount-documentation.js';
import type { ApiMetrics } from './metrics.js';
import { mountRoutes } from './mount-routes.js';
import { MEDIA_TYPES } from './negotiate-format.js';
import { noForeignPages } from './no-foreign-pages.js';
import { observeRequests } from './observe-requests.js';
import { problemOfError, retryAfter } from './problem-of-error.js';
import { securityHeaders } from './security-headers.js';
import { sendProblem } from './send-problem.js';
import type { ExportLimits } from './stream-rows.js';

export interface AppParts {
  readonly routes: readonly Route[];
  readonly logger: Logger;
  readonly metrics: ApiMetrics;
  readonly exportLimits: ExportLimits;
  readonly access: Access;
  /** Told whom the API refused, and what it gave out. */
  readonly audit: Auditor;
  readonly dashboard: DashboardParts;
  /** null: anybody may ask as often as they like. */
  readonly limits: RequestLimits | null;
  /** Origins of other servers whose pages may ask. */
  readonly corsOrigins: readonly string[];
  /** Names beside localhost by which it may be asked where nobody has to show who they are; null: everybody has to. */
  readonly openHosts: readonly string[] | null;
  /** Whether a request is on a connection beyond what there may be. */
  readonly isExcess: (request: Request) => boolean;
}

/** The way of a request, from top to bottom. */
export function createApp(parts: AppParts): Express {
  const { routes, logger, metrics, exportLimits, access, audit, limits, dashboard, corsOrigins } = parts;
  const { isExcess, openHosts } = parts;
  const app = express();
  app.disable('x-powered-by');
  // Routes read the query themselves, strictly.
  app.set('query parser', false);
  app.use(observeRequests(logger, metrics, audit));
  app.use(securityHeaders);
  app.use((request: Request, response: ApiResponse, next: NextFunction) => {
    if (isExcess(request)) {
      response.set('Connection', 'close');
      const detail = 'This process has as many connections as it may.';
      sendProblem(request, response, problem('too-many-connections', detail, { headers: retryAfter() }));
      return;
    }
    const { locals } = response;
    const forwardedFor = request.headers['x-forwarded-for'];
    if (limits !== null) locals.address = limits.addressOf(locals.address ?? '', forwardedFor);
    const limited = limits?.ofAddress(locals.address ?? '') ?? null;
    if (limited === null) next();
    else sendProblem(request, response, tooMany(limited));
  });
  if (openHosts !== null) app.use(noForeignPages(openHosts, corsOrigins));
  if (corsOrigins.length > 0) app.use(crossOrigin(corsOrigins));
  app.use(compression({ filter: isCompressible }));
  app.use(mountDocumentation(routes));
  app.use(mountDashboard(dashboard));
  app.use(mountRoutes(routes, { metrics, exportLimits, access, limits }));
  app.use((request: Request, response: ApiResponse) => {
    sendProblem(request, response, problem('not-found', 'There is no such route.'));
  });
  // Express knows an error handler by its four parameters.
  app.use((error: unknown, request: Request, response: ApiResponse, next: NextFunction) => {
    const answer = problemOfError(error);
    if (answer.status >= 500) {
      logger.error({ requestId: response.locals.requestId, err: error }, answer.title);
    }
    // Half of an answer can only be broken off, which is what Express does then.
    if (response.headersSent) next(error);
    else sendProblem(request, response, answer);
  });
  return app;
}

/** The list of media types that compression goes by doesn't know NDJSON. */
function isCompressible(request: Request, response: Response): boolean {
  return response.getHeader('Content-Type') === MEDIA_TYPES.ndjson || compression.filter(request, response);
}
