import type { Request } from 'express';
import type { AuditOrigin } from '../../store/audit/audit-entry.js';
import { TICKETS_PATH } from '../../routes/session.js';
import type { Auditor } from '../audit/auditor.js';
import type { ApiResponse } from './api-response.js';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Somebody may not, or not that often. Of what only reads, other refusals are no matter of rights. */
const DENIALS: ReadonlySet<number> = new Set([401, 403, 429]);

/** Tells the audit of a request that is over: whom the API refused, which changes it did not make, and what was exported. */
export function auditRequest(audit: Auditor, request: Request, response: ApiResponse): void {
  const { exported, brokenOff, route } = response.locals;
  if (route === TICKETS_PATH && response.statusCode === 201) {
    audit.note({ ...originOf(response), action: 'ticket.issue', outcome: 'done', subject: null });
    return;
  }
  if (exported === undefined) {
    noteRefusal(audit, request, response);
    return;
  }
  audit.note({
    ...originOf(response),
    action: 'export',
    outcome: response.writableFinished && brokenOff === undefined ? 'done' : 'failed',
    subject: request.path,
    detail: { ...exported, query: queryOf(request) },
  });
}

function noteRefusal(audit: Auditor, request: Request, response: ApiResponse): void {
  const { statusCode } = response;
  const isDenied = DENIALS.has(statusCode);
  // A client that left before its answer hears of none; what it changed by then, the change itself has told.
  if (!response.headersSent || statusCode < 400 || (READS.has(request.method) && !isDenied)) return;
  const { unknown, problem } = response.locals;
  const origin = originOf(response);
  const type = problem?.type.split(':').at(-1) ?? String(statusCode);
  audit.refused({
    ...origin,
    // Of a key that is none, what it claims to be.
    actor: origin.actor ?? unknown?.keyId ?? null,
    action: 'request',
    outcome: statusCode >= 500 ? 'failed' : 'refused',
    subject: `${request.method} ${request.path}`,
    reason: unknown === undefined ? type : `${type}: ${unknown.why}`,
    detail: { status: statusCode, ...(problem === undefined ? {} : { detail: problem.detail }) },
  });
}

/** Who asks, as far as it is known by now, and from where. */
export function originOf({ locals }: ApiResponse): AuditOrigin {
  const { principal, requestId, address } = locals;
  return {
    actor: principal?.by === undefined ? null : principal.name,
    actorKind: principal?.by ?? 'nobody',
    address,
    source: 'api',
    requestId,
  };
}

/** Validated by then: it has parameters of the route, and nothing else. */
function queryOf({ originalUrl }: Request): string {
  const at = originalUrl.indexOf('?');
  return at < 0 ? '' : originalUrl.slice(at + 1);
}
