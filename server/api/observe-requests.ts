import { randomUUID } from 'node:crypto';
import type { NextFunction, Request } from 'express';
import type { Logger } from 'pino';
import type { Auditor } from '../audit/auditor.js';
import type { ApiResponse } from './api-response.js';
import { auditRequest } from './audit-request.js';
import type { ApiMetrics } from './metrics.js';

/** What we let others put into our logs and answers. */
const SANE_ID = /^[A-Za-z0-9._:-]{1,64}$/;
/** Methods that get a label of their own; anybody may send others. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Names each request; measures and logs it, and tells the audit of it, once it is over. */
export function observeRequests(logger: Logger, metrics: ApiMetrics, audit: Auditor) {
  return (request: Request, response: ApiResponse, next: NextFunction): void => {
    const startedAt = performance.now();
    const given = request.get('x-request-id');
    const requestId = given !== undefined && SANE_ID.test(given) ? given : randomUUID();
    response.locals.requestId = requestId;
    response.locals.route = 'unmatched';
    // A socket that is closed doesn't know any more.
    response.locals.address = request.socket.remoteAddress ?? null;
    response.setHeader('X-Request-Id', requestId);
    response.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1_000;
      const { route, brokenOff } = response.locals;
      const unfinished = brokenOff === undefined ? 'aborted' : 'broken_off';
      const status = response.writableFinished ? String(response.statusCode) : unfinished;
      const method = METHODS.has(request.method) ? request.method : 'other';
      metrics.requestSeconds.observe({ route, method, status }, seconds);
      // Values of parameters may be anything: the template says what was asked without repeating them.
      const entry = { requestId, method, route, status, ms: Math.round(seconds * 1_000) };
      if (response.statusCode >= 500 || brokenOff !== undefined) logger.warn(entry, 'request failed');
      else logger.debug(entry, 'request');
      auditRequest(audit, request, response);
    });
    next();
  };
}
